"""Customers of the tests: made and looked at by the API, as staff does."""

from collections.abc import Callable
from typing import Any

from crm.services.access import api_keys
from tests.support.gateway import Answer, Client

STAFF = ("profiles:read", "profiles:write", "profiles:delete")


class Staff:
    """A user with an API key: `staff("PATCH", id, {...})` asks for `/v1/profiles/<id>`."""

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
        """A new customer with this email, as answered."""
        answer = self("POST", "", {"identities": {"email": email}, **parts})
        assert answer.status == 201, answer.body
        return dict(answer.body)

    def card(self, id_: str) -> dict[str, Any]:
        answer = self("GET", id_)
        assert answer.status == 200, answer.body
        return dict(answer.body)

    def timeline(self, id_: str, **query: Any) -> list[dict[str, Any]]:
        """Newest first."""
        answer = self("GET", f"{id_}/activities", **query)
        assert answer.status == 200, answer.body
        return list(answer.body["activities"])


def staff_of(client: Client, *classes: str) -> Staff:
    """Staff with every permission for profiles: for all, or only for those of these classes."""
    return Staff(client, api_keys.create("staff", STAFF, classes=classes or None, now=1)[1])


Send = Callable[..., None]
"""`send("track", userId="u-1", event="Seen")`: an event that is projected when it returns."""
