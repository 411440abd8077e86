"""Ann, who was merged with Jane by mistake, with the activities that edits and imports copied into Ann's log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from crm.domain.activity import EDITED, Activity
from crm.storage.activities import read_range
from crm.storage.partitions import delete
from crm.storage.profiles import ProfileTable
from tests.support.shop import ID, STATEMENTS, Shop, profile, visit

SECRET = STATEMENTS[3]
ANN = "user_id", "u-ann"
OWN = [{"to": "likes tea"}]
END_OF_TIME = 1 << 60


def merged(shop: Shop) -> str:
    """Merge Jane into Ann, and return Jane's id. The secret is in Jane's own log."""
    jane, ann = visit(shop), profile(*ANN)
    assert ann < jane, "the log of the smaller id is the one that edits are kept in"
    done(shop, "PATCH", f"profiles/{jane}/attributes", {"description": SECRET})
    shop.send("identify", userId="u-ann", traits={"name": "Ann"})
    merge(shop)
    return jane


def done(shop: Shop, method: str, path: str, body: Any, **more: Any) -> Any:
    """Return the body of a request, which must succeed."""
    answer = shop.ask(method, path, body, **more)
    assert answer.status in {200, 201, 202}, answer.body
    return answer.body


def merge(shop: Shop, **more: Any) -> Any:
    return done(shop, "POST", f"profiles/{profile(*ANN)}/merge", {"profiles": [profile(*ID)]}, **more)


def unmerge(shop: Shop) -> None:
    done(shop, "POST", f"profiles/{profile(*ANN)}/unmerge", {"profile": profile(*ID)})


def describe(shop: Shop, text: str) -> None:
    done(shop, "PATCH", f"profiles/{profile(*ANN)}/attributes", {"description": text})


def described(shop: Shop) -> list[Mapping[str, Any]]:
    """Return the changes of the description in Ann's timeline, newest first."""
    found = shop.ask("GET", f"profiles/{profile(*ANN)}/activities").body["activities"]
    changes = [entry["properties"].get("attributes", {}) for entry in found]
    return [change["description"] for change in changes if "description" in change]


def take_back_edit() -> Activity:
    """Remove the only edit from Ann's log, as if it had not arrived."""
    (edit,) = [a for a in read_range(profile(*ANN), 0, END_OF_TIME) if a.type == EDITED]
    ProfileTable().discard(profile(*ANN), [edit])
    return edit


def as_written_by_the_previous_version(shop: Shop) -> None:
    """Write copies as the previous version did, without the member's id and without a reference to the copy."""
    for activity in list(read_range(profile(*ANN), 0, END_OF_TIME)):
        for change in activity.properties.get("attributes", {}).values():
            change.pop("from_profile", None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("crm.storage.profiles.note_copies", lambda _activities: None)
            ProfileTable().append([activity])
    shop.world.settle()
    delete_notes(shop)


def delete_notes(shop: Shop) -> None:
    for item in shop.items():
        if item["sk"]["S"].startswith("C#"):
            delete(item["pk"]["S"], [item["sk"]["S"]])
