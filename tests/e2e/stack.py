"""The running stack, read with an admin key."""

import base64
import json
import os
import time
from dataclasses import dataclass
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

PROJECTION_TIMEOUT = float(os.environ.get("PROJECTION_TIMEOUT", "120"))
"""The seconds to wait for a projection, which takes seconds in the cloud and longer on a busy laptop."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def call(
    url: str, *, method: str = "GET", json_body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """Send a request, and return the response, also of an error status. Header names are in lower case."""
    body = None if json_body is None else json.dumps(json_body).encode()
    fields = ({"content-type": "application/json"} if body else {}) | (headers or {})
    try:
        with urlopen(Request(url, body, fields, method=method), timeout=120) as answer:  # noqa: S310 - http only
            return Answer(answer.status, _lower(answer.headers.items()), answer.read())
    except HTTPError as error:
        return Answer(error.code, _lower(error.headers.items()), error.read())


def _lower(fields: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in fields}


def basic(write_key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{write_key}:".encode()).decode()}


@dataclass(frozen=True)
class Stack:
    api_url: str
    write_key: str
    api_key: str

    @classmethod
    def of(cls, description: dict[str, str]) -> Self:
        return cls(description["api_url"], description["write_key"], description["api_key"])

    def answers(self) -> bool:
        try:
            return call(f"{self.api_url}/tracker.js").status == 200
        except (URLError, OSError):
            return False

    def admin(self, path: str, *, method: str = "GET", json_body: Any = None) -> Answer:
        headers = {"authorization": f"Bearer {self.api_key}"}
        return call(self.api_url + path, method=method, json_body=json_body, headers=headers)

    def owner_of(self, identity_type: str, value: str) -> dict[str, Any] | None:
        """Return the profile that owns an identity, or None."""
        answer = self.admin(f"/v1/identities/{identity_type}/{quote(value, safe='')}")
        if answer.status == 404:
            return None
        assert answer.status == 200, answer
        return dict(answer.json())

    def timeline(self, profile_id: str) -> list[dict[str, Any]]:
        """Return the profile's timeline, oldest first, read page by page.

        Segment activities are left out, since the segments of other tests may have any customer.
        """
        return [a for a in self.activities(profile_id) if not a["type"].startswith("segment.")]

    def activities(self, profile_id: str) -> list[dict[str, Any]]:
        """Return the profile's own activities, oldest first, read page by page."""
        activities: list[dict[str, Any]] = []
        cursor = ""
        while True:
            answer = self.admin(f"/v1/profiles/{profile_id}/activities?limit=5{cursor}")
            assert answer.status == 200, answer
            found = answer.json()
            activities += found["activities"]
            if not found.get("next_cursor"):
                return activities[::-1]
            cursor = f"&cursor={quote(found['next_cursor'], safe='')}"

    def profile_when(self, identity_type: str, value: str, activities: int) -> dict[str, Any]:
        """Wait until the owner of an identity has a number of activities and keeps it; return the profile.

        Clients send a message again after seconds; between the projections of two logs it may count in both.
        """
        deadline = time.monotonic() + PROJECTION_TIMEOUT
        last: dict[str, Any] | None = None
        while True:
            profile = self.owner_of(identity_type, value)
            if profile and profile == last and profile["totals"]["activities"] == activities:
                return profile
            last = profile
            if time.monotonic() > deadline:
                raise AssertionError(f"not projected within {PROJECTION_TIMEOUT:g} s: {profile}")
            time.sleep(0.5)
