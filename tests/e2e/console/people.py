"""Customers of one test, in a city of their own."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.stack import Stack

TIMEOUT_S = 120


@dataclass
class People:
    """Customers by their first names; all live in a city that no other customer has."""

    stack: Stack
    city: str = field(default_factory=lambda: f"City {uuid.uuid4().hex[:8]}")
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> str:
        """Return the address of their list, sorted by name; further filters can be appended."""
        return f"/customers?sort=name&city={self.city.replace(' ', '+')}"

    def add(self, name: str, **parts: Any) -> str:
        attributes = {"first_name": name, "city": self.city} | parts.pop("attributes", {})
        email = f"{name.lower()}.{self.city[5:]}@example.com"
        body = {"identities": {"email": email}, "attributes": attributes, **parts}
        self.ids[name] = self.do("/v1/profiles", method="POST", json_body=body)["id"]
        return self.ids[name]

    def do(self, path: str, *, method: str = "GET", json_body: Any = None) -> Any:
        answer = self.stack.admin(path, method=method, json_body=json_body)
        assert 200 <= answer.status < 300, answer
        return answer.json() if answer.body else None

    def profile(self, name: str) -> Any:
        return self.do(f"/v1/profiles/{self.ids[name]}")

    def when(self, holds: Callable[[], bool]) -> None:
        """Wait until the API returns this result, after jobs and updates of indexes."""
        deadline = time.monotonic() + TIMEOUT_S
        while not holds():
            assert time.monotonic() < deadline, "it never holds"
            time.sleep(0.3)

    def are_listed(self) -> None:
        query = f"/v1/profiles?city={self.city.replace(' ', '+')}"
        self.when(lambda: len(self.do(query)["profiles"]) == len(self.ids))
