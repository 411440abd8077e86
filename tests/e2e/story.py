"""One visitor's story, which every client tells, and what must be known of the visitor afterwards."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.stack import Stack

ORDER = {"order_id": "o-1", "total": 59.9, "revenue": 59.9, "currency": "EUR"}
TIMELINE = [
    ("page", "/"),
    ("page", "/shoes"),
    ("track", "Product Viewed"),
    ("identify", None),
    ("track", "Product Added"),
    ("track", "Order Completed"),
    ("group", "GROUP"),
    ("alias", None),
    ("page", "/thanks"),
]
"""(type, name) of every activity, oldest first; a page's name is its path."""


@dataclass(frozen=True)
class Visitor:
    """Anonymous at first, recognised in the middle; `former` is the anonymous id of an older device."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    @property
    def user_id(self) -> str:
        return f"user-{self.id}"

    @property
    def email(self) -> str:
        return f"ada.{self.id}@example.com"

    @property
    def group(self) -> str:
        return f"company-{self.id}"

    @property
    def former(self) -> str:
        return f"device-{self.id}"


def server_calls(visitor: Visitor, anonymous_id: str) -> list[tuple[str, dict[str, Any]]]:
    """The story as calls of a server SDK: (method, message)."""
    anonymous = {"anonymousId": anonymous_id}
    known = {"userId": visitor.user_id} | anonymous
    return [
        ("page", anonymous | {"name": "Home", "properties": {"path": "/"}}),
        ("page", anonymous | {"name": "Shoes", "properties": {"path": "/shoes"}}),
        ("track", anonymous | {"event": "Product Viewed", "properties": {"sku": "B-1"}}),
        ("identify", known | {"traits": {"email": visitor.email, "name": "Ada"}}),
        ("track", known | {"event": "Product Added", "properties": {"sku": "B-1"}}),
        ("track", known | {"event": "Order Completed", "properties": ORDER}),
        ("group", known | {"groupId": visitor.group, "traits": {"plan": "gold"}}),
        ("alias", {"userId": visitor.user_id, "previousId": visitor.former}),
        ("page", known | {"name": "Thanks", "properties": {"path": "/thanks"}}),
    ]


def assert_known(stack: Stack, visitor: Visitor, anonymous_id: str) -> None:
    """The visitor is one recognised profile, with a timeline that is complete, in order, and without copies."""
    profile = stack.profile_when("user_id", visitor.user_id, activities=len(TIMELINE))
    assert profile["kind"] == "recognised"
    identities = {(identity["type"], identity["value"]) for identity in profile["identities"]}
    assert identities == {
        ("user_id", visitor.user_id),
        ("email", visitor.email),
        ("anonymous_id", anonymous_id),
        ("anonymous_id", visitor.former),
    }
    for identity_type, value in identities:
        owner = stack.owner_of(identity_type, value)
        assert owner
        assert owner["id"] == profile["id"]
    assert len(profile["members"]) == len(identities)
    assert profile["attributes"]["email"] == visitor.email
    assert profile["groups"] == {visitor.group: {"plan": "gold"}}
    assert profile["totals"]["activities"] == len(TIMELINE)
    assert profile["totals"]["pages"] == 3
    assert profile["totals"]["orders"] == 1
    assert float(profile["totals"]["revenue_by_currency"]["EUR"]) == 59.9
    assert_timeline(stack, visitor, profile["id"])


def assert_timeline(stack: Stack, visitor: Visitor, profile_id: str) -> None:
    """Every activity exactly once, in the order in which it happened."""
    activities = stack.timeline(profile_id)
    told = [(activity["type"], name_of(activity)) for activity in activities]
    assert told == [(kind, visitor.group if name == "GROUP" else name) for kind, name in TIMELINE]
    assert len({activity["id"] for activity in activities}) == len(TIMELINE)
    times = [activity["occurred_at"] for activity in activities]
    assert times == sorted(times)


def name_of(activity: dict[str, Any]) -> str | None:
    """The name; of a page its path, which each client puts in the properties or in the context."""
    if activity["type"] != "page":
        return str(activity["name"]) if activity["name"] else None
    said = {**activity["context"].get("page", {}), **activity["properties"]}
    return str(said["path"])
