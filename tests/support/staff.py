"""Requests of staff about customers, through the API."""

from collections.abc import Callable
from typing import Any

from crm.services.access import api_keys
from tests.support.gateway import Answer, Client

STAFF = ("profiles:read", "profiles:write", "profiles:delete")


class Staff:
    """A user with an API key: `staff("PATCH", id, {...})` sends a request to `/v1/profiles/<id>`."""

    def __init__(self, client: Client, key: str) -> None:
        self._client = client
        self.key = key

    def __call__(
        self, method: str, path: str = "", body: Any = None, *, etag: str | None = None, **query: Any
    ) -> Answer:
        headers = {"if-match": etag} if etag else {}
        place = f"/v1/profiles/{path}" if path else "/v1/profiles"
        return self._client(method, place, body, key=self.key, headers=headers, query=query)

    def new(self, email: str = "ada@example.com", **parts: Any) -> dict[str, Any]:
        """Create a customer with this email, and return the response's body."""
        answer = self("POST", "", {"identities": {"email": email}, **parts})
        assert answer.status == 201, answer.body
        return dict(answer.body)

    def card(self, id_: str) -> dict[str, Any]:
        answer = self("GET", id_)
        assert answer.status == 200, answer.body
        return dict(answer.body)

    def timeline(self, id_: str, **query: Any) -> list[dict[str, Any]]:
        """Return the timeline of a customer, newest first."""
        answer = self("GET", f"{id_}/activities", **query)
        assert answer.status == 200, answer.body
        return list(answer.body["activities"])


def staff_of(client: Client, *classes: str) -> Staff:
    """Return staff with all permissions for profiles, of all customers or only of these classes."""
    return Staff(client, api_keys.create("staff", STAFF, classes=classes or None, now=1)[1])


Send = Callable[..., None]
"""`send("track", userId="u-1", event="Seen")` sends an event and projects it."""
