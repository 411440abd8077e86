"""One visitor's story, which every client sends, and the expected profile."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.stack import Stack

ORDER = {"order_id": "o-1", "total": 59.9, "revenue": 59.9, "currency": "EUR"}
TRACKED = {"Product Viewed": {"sku": "B-1"}, "Product Added": {"sku": "B-1"}, "Order Completed": ORDER}
TIMELINE = [
    ("page", "/"),
    ("page", "/shoes"),
    ("track", "Product Viewed"),
    ("identify", None),
    ("track", "Product Added"),
    ("track", "Order Completed"),
    ("screen", "Scanner"),
    ("group", "GROUP"),
    ("alias", None),
    ("page", "/thanks"),
]
"""The (type, name) of every activity, oldest first; a page's name is its path."""

Call = tuple[str, dict[str, Any]]
"""The method and the message."""


@dataclass(frozen=True)
class Visitor:
    """A visitor who is anonymous at first and recognised later; `device` is the anonymous id of an older device."""

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
    def device(self) -> str:
        return f"device-{self.id}"


@dataclass(frozen=True)
class Story:
    """A story with the client's visitor; `without`: the types of calls that the client does not have."""

    visitor: Visitor
    anonymous_id: str
    without: frozenset[str] = frozenset()

    @property
    def timeline(self) -> list[tuple[str, str | None]]:
        return [
            (kind, self.visitor.group if name == "GROUP" else name)
            for kind, name in TIMELINE
            if kind not in self.without
        ]


def server_calls(story: Story) -> list[Call]:
    """Return the story as calls of a server SDK."""
    visitor, anonymous = story.visitor, {"anonymousId": story.anonymous_id}
    known = {"userId": visitor.user_id} | anonymous
    calls: list[Call] = [
        ("page", anonymous | {"name": "Home", "properties": {"path": "/"}}),
        ("page", anonymous | {"name": "Shoes", "properties": {"path": "/shoes"}}),
        ("track", anonymous | {"event": "Product Viewed", "properties": TRACKED["Product Viewed"]}),
        ("identify", known | {"traits": {"email": visitor.email, "name": "Ada"}}),
        ("track", known | {"event": "Product Added", "properties": TRACKED["Product Added"]}),
        ("track", known | {"event": "Order Completed", "properties": ORDER}),
        ("screen", known | {"name": "Scanner", "properties": {"zoom": 2}}),
        ("group", known | {"groupId": visitor.group, "traits": {"plan": "gold"}}),
        ("alias", {"userId": visitor.user_id, "previousId": visitor.device}),
        ("page", known | {"name": "Thanks", "properties": {"path": "/thanks"}}),
    ]
    return [(method, message) for method, message in calls if method not in story.without]


def browser_calls(story: Story) -> list[tuple[Any, ...]]:
    """Return the calls on the second page: (method, arguments...), the same for all browser SDKs."""
    visitor = story.visitor
    calls = [
        ("track", "Product Viewed", TRACKED["Product Viewed"]),
        ("identify", visitor.user_id, {"email": visitor.email, "name": "Ada"}),
        ("track", "Product Added", TRACKED["Product Added"]),
        ("track", "Order Completed", ORDER),
        ("group", visitor.group, {"plan": "gold"}),
        ("alias", visitor.user_id, visitor.device),
    ]
    return [call for call in calls if call[0] not in story.without]


def assert_known(stack: Stack, story: Story, failures: Sequence[str]) -> None:
    """Assert that the client reported no failure, and that the visitor is one recognised profile.

    Its timeline must be complete, in order, and without copies.
    """
    assert list(failures) == []
    visitor, count = story.visitor, len(story.timeline)
    profile = stack.profile_when("user_id", visitor.user_id, activities=count)
    assert profile["kind"] == "recognised"
    identities = {(identity["type"], identity["value"]) for identity in profile["identities"]}
    device = set() if "alias" in story.without else {("anonymous_id", visitor.device)}
    assert identities == device | {
        ("user_id", visitor.user_id),
        ("email", visitor.email),
        ("anonymous_id", story.anonymous_id),
    }
    for identity_type, value in identities:
        owner = stack.owner_of(identity_type, value)
        assert owner
        assert owner["id"] == profile["id"]
    assert len(profile["members"]) == len(identities)
    assert profile["attributes"]["email"] == visitor.email
    assert profile["attributes"]["name"] == "Ada"
    assert profile["groups"] == ({} if "group" in story.without else {visitor.group: {"plan": "gold"}})
    assert profile["totals"]["activities"] == count
    assert profile["totals"]["pages"] == (3 if "screen" in story.without else 4)
    assert profile["totals"]["orders"] == 1
    assert float(profile["totals"]["revenue_by_currency"]["EUR"]) == 59.9
    assert_timeline(stack, story, profile["id"])


def assert_timeline(stack: Stack, story: Story, profile_id: str) -> None:
    """Assert that the timeline has each activity once, in order, with the sent data."""
    activities = stack.timeline(profile_id)
    assert [(activity["type"], name_of(activity)) for activity in activities] == story.timeline
    assert len({activity["id"] for activity in activities}) == len(activities)
    times = [activity["occurred_at"] for activity in activities]
    assert times == sorted(times)
    tracked = [(a["name"], a["properties"]) for a in activities if a["type"] == "track"]
    assert tracked == list(TRACKED.items())


def name_of(activity: dict[str, Any]) -> str | None:
    """Return an activity's name; of a page its path, which is in the properties or in the context."""
    if activity["type"] != "page":
        return str(activity["name"]) if activity["name"] else None
    given = {**activity["context"].get("page", {}), **activity["properties"]}
    return str(given["path"])
