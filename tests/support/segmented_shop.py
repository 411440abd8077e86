"""A shop with segments, which staff defines, jobs build, and events and the clock change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Unpack
from uuid import UUID

from crm.domain.api_key import SYSTEM
from crm.domain.commands.segments import SegmentChanges
from crm.domain.identity import Identity, profile_id
from crm.domain.times import DAY_MS
from crm.services.ruleset import ruleset
from crm.services.segments import members, segments
from tests.support.gateway import Answer
from tests.support.shop import Shop
from tests.support.stage import ENVIRONMENT
from tests.support.world import invoke

NAMESPACE = UUID(ENVIRONMENT["IDENTITY_NAMESPACE"])
ANA, BEN = (profile_id(NAMESPACE, Identity("user_id", user)) for user in ("ana", "ben"))
ORDER = {"event": "Order Completed"}
BOUGHT = {"type": "event", "event": "Order Completed"}


class Segmented:
    """A `shop` with short methods for segments."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        ruleset.clear_cache()

    def make(self, name: str, condition: dict[str, Any] | None = None, **more: Any) -> str:
        """Create a segment, build it, and return its id."""
        made = self._create(name, condition, **more)
        self.shop.world.settle()
        return made

    def make_all(self, conditions: Mapping[str, dict[str, Any]]) -> dict[str, str]:
        """Create segments with these names and conditions, build them together, and return their ids by name."""
        made = {name: self._create(name, condition) for name, condition in conditions.items()}
        self.shop.world.settle()
        return made

    def _create(self, name: str, condition: dict[str, Any] | None, **more: Any) -> str:
        return segments.create(name=name, condition=condition, by=SYSTEM, now=self.shop.clock.now, **more).id

    def change(self, segment_id: str, **changes: Unpack[SegmentChanges]) -> None:
        self.shop.wait()
        segments.update(segment_id, changes, by=SYSTEM, now=self.shop.clock.now)
        self.shop.world.settle()

    def of(self, segment_id: str) -> set[str]:
        """Return the ids of a segment's listed members, after the stream is read."""
        self.shop.world.read_stream()
        page, _ = members.members(segment_id, SYSTEM, limit=1000, cursor=None, now=self.shop.clock.now)
        found = {member["profile"]["id"] for member in page["members"]}
        assert page["count"] == len(found)
        return found

    def later(self, *, days: int = 0, minutes: int = 0) -> None:
        """Move the clock, and run the schedules at the end."""
        self.shop.clock.now += days * DAY_MS
        self.shop.wait(minutes)
        invoke("evaluate_segments", {"task": "count"})
        self.tick()

    def tick(self) -> Any:
        answer = invoke("evaluate_segments", {"source": "aws.events"})
        self.shop.world.settle()
        return answer

    def published(self) -> list[tuple[str, str, str]]:
        """Return (entered or left, profile, segment) of the published events, each once, in order."""
        published: dict[str, tuple[str, str, str]] = {}
        for entry in self.shop.wire.events:
            if entry["DetailType"].startswith("Segment "):
                detail = json.loads(entry["Detail"])
                what = entry["DetailType"].removeprefix("Segment ").lower()
                published.setdefault(detail["id"], (what, detail["profile_id"], detail["segment_id"]))
        return list(published.values())

    def entered(self, segment_id: str) -> set[str]:
        """Return the members of a segment by the published events."""
        inside: set[str] = set()
        for what, customer, told_of in self.published():
            if told_of == segment_id:
                (inside.add if what == "entered" else inside.remove)(customer)
        return inside


def shop_with_buyers(shop: Shop) -> Segmented:
    """Build a shop in which Ana has bought for 10 and 30, and Ben for 5."""
    segmented = Segmented(shop)
    for user, total in (("ana", 10), ("ana", 30), ("ben", 5)):
        shop.send("track", userId=user, event="Order Completed", properties={"total": total})
    return segmented


def ask(world: Segmented, method: str, path: str, body: Any = None, **more: Any) -> Answer:
    """Send a request as staff."""
    return world.shop.ask(method, path, body, **more)


def made(world: Segmented, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Create a definition, and return the response's body."""
    answer = ask(world, "POST", path, body)
    assert answer.status == 201, answer.body
    return dict(answer.body)
