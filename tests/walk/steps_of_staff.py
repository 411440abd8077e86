"""Steps of staff with one customer: edits, notes and tasks, merges, deletions, erasures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from crm.domain.identity import Identity
from crm.services.projection.deployment import id_of
from tests.walk.people import EMAILS, PHONES, USERS, Who, identity_of
from tests.walk.walk import MARK, MISSING, Walk

EDITS: dict[str, tuple[str, str, Any]] = {
    "city Rome": ("PATCH", "attributes", {"city": "Rome"}),
    "city Lugo": ("PATCH", "attributes", {"city": "Lugo"}),
    "no city": ("PATCH", "attributes", {"city": None}),
    "name": ("PATCH", "attributes", {"first_name": "Bo", "last_name": "Li"}),
    "tag": ("PUT", "tags/hot", None),
    "no tag": ("DELETE", "tags/hot", None),
    "new tag": ("PUT", "tags/cold", None),
    "vip": ("PUT", "classes/vip", None),
    "not vip": ("DELETE", "classes/vip", None),
    "b2b": ("PUT", "classes/b2b", None),
    "on list": ("PUT", "lists/Fair", None),
    "off list": ("DELETE", "lists/Fair", None),
    "grace": ("PUT", "responsible", {"user": "grace"}),
    "nobody": ("DELETE", "responsible", None),
    "granted": ("PUT", "consents/email", {"state": "granted", "proof": "on the phone"}),
    "denied": ("PUT", "consents/email", {"state": "denied"}),
    "email": ("PATCH", "attributes", {"email": EMAILS[1].value}),
    "phone": ("PATCH", "attributes", {"phone": PHONES[1].value}),
    "user": ("PATCH", "", {"identities": {"user_id": USERS[2].value}}),
    "all": (
        "PATCH",
        "",
        {"attributes": {"city": "Vigo"}, "tags": {"add": ["hot", "warm"]}, "classes": {"add": ["vip"]}},
    ),
    "points": ("POST", "scores/loyalty/points", {"points": 5, "reason": "helped"}),
}


@dataclass(frozen=True)
class Edit:
    """Edit a customer by one of EDITS."""

    who: Who
    what: str

    def apply(self, walk: Walk) -> None:
        method, path, body = EDITS[self.what]
        walk.profile(method, self.who, path, body)


@dataclass(frozen=True)
class Make:
    """Create a customer manually, unless they exist."""

    who: Who
    vip: bool = False

    def apply(self, walk: Walk) -> None:
        identity = identity_of(self.who)
        body = {"identities": {identity.type: identity.value}, "classes": ["vip"] if self.vip else []}
        walk.ask("POST", "/v1/profiles", body)


@dataclass(frozen=True)
class Write:
    """Add a note or a task."""

    who: Who
    task: bool = False

    def apply(self, walk: Walk) -> None:
        mark = walk.new_mark()
        if self.task:
            walk.profile(
                "POST", self.who, "tasks", {"name": f"call {mark}", "assignee": "grace", "due": "1.12.2026"}
            )
        else:
            walk.profile("POST", self.who, "notes", {"text": f"said {mark}"})


@dataclass(frozen=True)
class FinishTask:
    """Complete or delete the newest task of a customer."""

    who: Who
    deleted: bool = False

    def apply(self, walk: Walk) -> None:
        found = walk.profile("GET", self.who, "tasks")
        if found.status == 200 and found.body["tasks"]:
            path = f"tasks/{found.body['tasks'][0]['id']}"
            if self.deleted:
                walk.profile("DELETE", self.who, path)
            else:
                walk.profile("PATCH", self.who, path, {"status": "done"})


@dataclass(frozen=True)
class Merge:
    """Merge two customers into the first."""

    who: Who
    other: Who

    def apply(self, walk: Walk) -> None:
        walk.profile("POST", self.who, "merge", {"profiles": [walk.stored_id_of(self.other)]})


@dataclass(frozen=True)
class Unmerge:
    """Unmerge a member."""

    who: Who
    member: Who

    def apply(self, walk: Walk) -> None:
        walk.profile("POST", self.who, "unmerge", {"profile": walk.stored_id_of(self.member)})


@dataclass(frozen=True)
class Delete:
    """Delete a customer, who can be restored."""

    who: Who

    def apply(self, walk: Walk) -> None:
        walk.profile("DELETE", self.who)


@dataclass(frozen=True)
class Restore:
    """Restore a deleted customer."""

    who: Who

    def apply(self, walk: Walk) -> None:
        walk.profile("POST", self.who, "restore")


@dataclass(frozen=True)
class Erase:
    """Erase a customer. Everything is delivered before and after, so that the erased data is known."""

    who: Who
    whole: bool = False
    """Whether profiles that only public sources joined are erased, too."""

    def apply(self, walk: Walk) -> None:
        walk.deployment.delivery.rest()
        found = walk.profile("GET", self.who)
        if found.status == MISSING:
            return
        path = f"/v1/profiles/{found.body['id']}/activities"
        timeline = walk.deployment.read(path, limit=1000)["activities"]
        more = {"include": "all"} if self.whole else {}
        begun = walk.ask("DELETE", f"/v1/profiles/{found.body['id']}", erase="true", **more)
        assert begun.status == 202, begun
        walk.deployment.delivery.rest()
        job = walk.deployment.read(f"/v1/jobs/{begun.body['id']}")
        erased = set(job["result"]["profile_ids"])
        gone_with_it = [entry for entry in timeline if entry["profile_id"] in erased]
        walk.known.erased |= {entry["id"] for entry in gone_with_it} & walk.known.accepted
        walk.known.marks |= set(MARK.findall(json.dumps(gone_with_it)))
        given = (Identity(given["type"], given["value"]) for given in found.body["identities"])
        gone = [identity for identity in given if id_of(identity) in erased]
        walk.known.erased_at |= dict.fromkeys(gone, walk.deployment.clock.now)
