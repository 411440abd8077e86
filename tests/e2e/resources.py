"""Create objects in a running stack for requests, through the API and with unique names."""

import uuid
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from tests.e2e.files import MANY_ROWS, Files, until
from tests.e2e.stack import basic, call
from tests.support.contacts import as_csv, contact
from tests.support.webhook_receiver import receiver

MAX_KEPT = 50
"""The number of mappings, segments and values of earlier runs to keep; some have a limit of 100."""

MAX_WEBHOOKS = 20
"""The number of webhooks of earlier runs to keep; their limit is 50."""


def name() -> str:
    """Return an unused name."""
    return f"contract-{uuid.uuid4().hex}"


def value_name() -> str:
    """Return an unused name in the form of aggregates, scores and expressions."""
    return name().replace("-", "_")


def address() -> str:
    return f"{name()}@example.com"


def form(**parts: Any) -> dict[str, Any]:
    """Build the definition of a form."""
    return {
        "name": "Newsletter",
        "fields": [{"name": "email", "attribute": "email", "label": "E-mail", "required": True}],
        "consents": [{"channel": "email", "wording": "Send me the newsletter."}],
        "honeypot": "website",
        **parts,
    }


class Resources:
    """Objects for requests: created once if only read, else new in each call. Most methods return ids."""

    def __init__(self, files: Files) -> None:
        self._stack, self._files = files.stack, files
        self.write_key = files.stack.write_key
        self._begun_at = datetime.now(UTC).isoformat()

    @cached_property
    def user(self) -> str:
        """Return the user id of a customer with data of each kind, who may be a duplicate of another."""
        user, alike = name(), {"first_name": "Ada", "last_name": "Lovelace", "zip": name()[:20]}
        self.profile(attributes=alike)
        self._send(
            {"type": "page", "userId": user, "name": "Home", "context": {"campaign": {"source": "letter"}}},
            {"type": "identify", "userId": user, "traits": {**alike, "shoe size": 7, "email": address()}},
            {"type": "group", "userId": user, "groupId": "g-1", "traits": {"plan": "free"}},
            {"type": "track", "userId": user, "event": "Order Completed", "properties": _ORDER},
        )
        profile = self._stack.profile_when("user_id", user, activities=4)["id"]
        self.make(f"/v1/profiles/{profile}", _PARTS | {"tags": {"add": [name()]}}, method="PATCH")
        self.note(profile)
        self.task(profile)
        return user

    @cached_property
    def known(self) -> str:
        return str(self.make(f"/v1/identities/user_id/{self.user}", method="GET")["id"])

    @cached_property
    def own(self) -> str:
        """Return a profile that requests may change, but not delete."""
        return self.profile()

    def profile(self, **parts: Any) -> str:
        return str(self.make("/v1/profiles", {"identities": {"email": address()}, **parts})["id"])

    def note(self, profile: str) -> str:
        return str(self.make(f"/v1/profiles/{profile}/notes", {"text": "Prefers the evening"})["id"])

    def task(self, profile: str) -> str:
        task = {"name": "Call back", "assignee": "grace", "due": "2030-01-01"}
        return str(self.make(f"/v1/profiles/{profile}/tasks", task)["id"])

    def merged(self) -> tuple[str, str]:
        """Return a profile, and another one that was merged into it."""
        into, other = self.profile(), self.profile()
        self.make(f"/v1/profiles/{into}/merge", {"profiles": [other]})
        return into, other

    def deleted(self) -> str:
        profile = self.profile()
        answer = self._stack.admin(f"/v1/profiles/{profile}", method="DELETE")
        assert answer.status == 204, answer
        return profile

    @cached_property
    def job(self) -> str:
        return str(self.make(f"/v1/profiles/{self.profile()}?erase=true", method="DELETE")["id"])

    def token(self) -> str:
        """Return the token of an unsubscribe link."""
        link = self.make(f"/v1/profiles/{self.profile()}/unsubscribe-link", method="GET")
        return str(link["url"]).rpartition("/")[2]

    def requested(self) -> str:
        """Return a profile whose address has requested the newsletter without a confirmation."""
        form_id = self.make("/v1/forms", form(double_opt_in=True))["id"]
        email = address()
        answer = self._stack.admin(
            f"/v1/forms/{form_id}", method="POST", json_body={"email": email, "_consent:email": "on"}
        )
        assert answer.status == 200, answer
        return str(self._stack.profile_when("email", email, activities=1)["id"])

    def confirmation_token(self) -> str:
        """Return the token of a confirmation link."""
        link = self.make(f"/v1/profiles/{self.requested()}/confirmation-link?channel=email", method="GET")
        return str(link["url"]).rpartition("/")[2]

    def attribute(self) -> str:
        declared = {"name": name(), "type": "choice", "choices": ["S", "M"]}
        return str(self.make("/v1/attributes", declared)["name"])

    def tag(self) -> str:
        return str(self.make("/v1/tags", {"name": name()})["name"])

    def customer_list(self) -> str:
        return str(self.make("/v1/lists", {"name": name()})["id"])

    def saved_view(self) -> str:
        self._make_room("/v1/views", "views")
        return str(self.make("/v1/views", {"name": name()})["id"])

    def mapping(self) -> str:
        self._make_room("/v1/import-mappings", "mappings")
        columns = [{"column": "City", "to": "attribute", "name": "city"}]
        return str(self.make("/v1/import-mappings", {"name": name(), "columns": columns})["name"])

    def segment(self) -> str:
        """Create a static segment, which is ready at once."""
        self._make_room("/v1/segments", "segments")
        return str(self.make("/v1/segments", {"name": name(), "type": "static"})["id"])

    @cached_property
    def built_segment(self) -> str:
        """Return a dynamic segment that is built."""
        condition = {"type": "event", "event": "Order Completed", "window": {"within_days": 30}}
        made = self.make("/v1/segments", {"name": name(), "condition": condition})
        assert self._files.wait_for_job(f"/v1/jobs/{made['job']}")["state"] == "done"
        return str(made["id"])

    def aggregate(self) -> str:
        self._make_room("/v1/aggregates", "aggregates")
        return str(self.make("/v1/aggregates", {"name": value_name(), "event": "Order Completed"})["id"])

    def score(self) -> str:
        self._make_room("/v1/scores", "scores")
        rules = [{"event": "Order Completed", "points": 10}]
        return str(self.make("/v1/scores", {"name": value_name(), "rules": rules})["id"])

    def expression(self) -> str:
        self._make_room("/v1/expressions", "expressions")
        text = "attributes.city == 'Berlin'"
        return str(self.make("/v1/expressions", {"name": value_name(), "text": text})["id"])

    @cached_property
    def file(self) -> str:
        """Return the key of a file of customers whose import takes seconds."""
        return self._files.put("contacts.csv", as_csv([contact(1, self._files.domain)]).encode())

    @cached_property
    def long_file(self) -> str:
        """Return the key of a file whose import takes longer, and creates no customer."""
        return self._files.put("nobody.csv", MANY_ROWS)

    def imported(self, key: str) -> str:
        """Start an import."""
        return str(self.make("/v1/imports", {"key": key, "again": True})["id"])

    def failed(self) -> str:
        """Return a failed job, whose file is empty."""
        job = self.imported(self._files.put(f"{name()}.csv", b""))
        assert self._files.wait_for_job(f"/v1/jobs/{job}")["state"] == "failed"
        return job

    @cached_property
    def export(self) -> str:
        """Return the id of a completed export."""
        return str(self._files.work("/v1/exports", {"ids": [self.own]})["id"])

    def form(self, **parts: Any) -> str:
        return str(self.make("/v1/forms", form(**parts))["id"])

    def spam(self) -> str:
        """Return the id of rejected input whose replay succeeds."""
        form_id = self.form()
        filled = {"email": address(), "website": "filled in by no person"}
        answer = call(f"{self._stack.api_url}/v1/forms/{form_id}", method="POST", json_body=filled)
        assert answer.status == 200, answer
        # A new day may start between the submission and the request.
        days = {f"{datetime.now(UTC) - ago:%Y-%m-%d}" for ago in (timedelta(0), timedelta(minutes=5))}
        kept = [
            one
            for day in days
            for one in self.make(f"/v1/rejected?limit=100&day={day}", method="GET")["rejected"]
        ]
        return next(str(one["id"]) for one in kept if one["source"] == f"form:{form_id}")

    def new_webhook(self, **parts: Any) -> dict[str, Any]:
        """Build a webhook that receives no events; delete those of earlier runs."""
        webhooks = self.make("/v1/webhooks", method="GET")["webhooks"]
        ours = [webhook["id"] for webhook in webhooks if webhook["name"].startswith("contract-")]
        for known in ours[:-MAX_WEBHOOKS]:
            self._stack.admin(f"/v1/webhooks/{known}", method="DELETE")
        receiver = {"name": name(), "url": "http://127.0.0.1:9/", "events": ["Identity Conflict"]}
        return {**receiver, "enabled": False, **parts}

    def webhook(self, **parts: Any) -> str:
        return str(self.make("/v1/webhooks", self.new_webhook(**parts))["id"])

    def dead_delivery(self) -> tuple[str, str]:
        """Return an enabled webhook and a failed delivery of it, whose receiver responded with 410."""
        with receiver() as there:
            there.answer = (410, {})
            webhook = self.webhook(url=there.url, enabled=True)
            path = f"/v1/webhooks/{webhook}"
            self.make(f"{path}/test")
            dead = until(lambda: self.make(f"{path}/deliveries", method="GET")["deliveries"] or None)
        self.make(path, {"enabled": True}, method="PATCH")
        return webhook, str(dead[0]["id"])

    def source(self) -> str:
        return str(self.make("/v1/sources", {"name": "Shop"})["id"])

    def api_key(self) -> str:
        return str(self.make("/v1/api-keys", {"name": "Reader", "scopes": ["profiles:read"]})["id"])

    def cancel_jobs(self) -> None:
        """Cancel running jobs that were started since, so that later tests do not wait for them."""
        for state in ("queued", "running"):
            for job in self.make(f"/v1/jobs?state={state}&limit=100", method="GET")["jobs"]:
                if job["created_at"] >= self._begun_at:
                    self._stack.admin(f"/v1/jobs/{job['id']}/cancel", method="POST", json_body={})

    def make(self, path: str, body: Any = None, *, method: str = "POST") -> dict[str, Any]:
        """Send a request with the admin key, and return the response's body."""
        answer = self._stack.admin(path, method=method, json_body=body)
        assert answer.status in {200, 201, 202}, answer
        return dict(answer.json())

    def _make_room(self, path: str, kind: str) -> None:
        """Delete objects of earlier runs, if there are many."""
        names = [one["name"] for one in self.make(path, method="GET")[kind]]
        for known in [known for known in names if known.startswith("contract")][MAX_KEPT:]:
            self._stack.admin(f"{path}/{known}", method="DELETE")

    def _send(self, *messages: dict[str, Any]) -> None:
        url, key = f"{self._stack.api_url}/v1/batch", basic(self.write_key)
        answer = call(url, method="POST", json_body={"batch": messages}, headers=key)
        assert answer.status == 200, answer


_ORDER = {"revenue": 9.5, "currency": "EUR"}
_PARTS = {
    "attributes": {"birthday": "1815-12-10"},
    "classes": {"add": ["vip"]},
    "responsible": "grace",
    "consents": [{"channel": "email", "state": "granted", "proof": "Yes, please."}],
}
