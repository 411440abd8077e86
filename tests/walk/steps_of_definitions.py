"""Steps of staff that change definitions: segments, values, tags and lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.walk.conditions import CONDITIONS
from tests.walk.people import Who
from tests.walk.walk import Walk

SEGMENTS = ("Blue", "Green")


@dataclass(frozen=True)
class Define:
    """Set the condition of a segment, and create the segment if it is missing."""

    segment: int
    condition: str

    def apply(self, walk: Walk) -> None:
        name, condition = SEGMENTS[self.segment], CONDITIONS[self.condition]
        made = walk.ask("POST", "/v1/segments", {"name": name, "condition": condition})
        if made.status == 409:
            walk.ask("PATCH", f"/v1/segments/{name}", {"condition": condition, "archived": False})


@dataclass(frozen=True)
class Archive:
    """Archive a segment, which has no members until it is restored."""

    segment: int
    archived: bool = True

    def apply(self, walk: Walk) -> None:
        walk.ask("PATCH", f"/v1/segments/{SEGMENTS[self.segment]}", {"archived": self.archived})


@dataclass(frozen=True)
class Drop:
    """Delete a definition; `what` is a path below /v1."""

    what: str

    def apply(self, walk: Walk) -> None:
        walk.ask("DELETE", f"/v1/{self.what}")


DROPPED = ("segments/Blue", "segments/Green", "tags/hot", "tags/cold", "lists/Fair", "aggregates/spent")


@dataclass(frozen=True)
class Decide:
    """Set manually whether a customer is in a segment; None returns to the condition."""

    who: Who
    segment: int
    member: bool | None

    def apply(self, walk: Walk) -> None:
        path = f"segments/{SEGMENTS[self.segment]}"
        if self.member is None:
            walk.profile("DELETE", self.who, path)
        else:
            walk.profile("PUT", self.who, path, {"member": self.member})


CHANGES: dict[str, tuple[str, str, Any]] = {
    "spent on anything": (
        "PATCH",
        "aggregates/spent",
        {"event": "Product Viewed", "function": "count", "property": None},
    ),
    "20 points": ("PATCH", "scores/loyalty", {"rules": [{"event": "Order Completed", "points": 20}]}),
    "tag renamed": ("PATCH", "tags/hot", {"name": "cold"}),
    "list renamed": ("PATCH", "lists/Fair", {"name": "Spring"}),
    "list made": ("POST", "lists", {"name": "Fair"}),
}


@dataclass(frozen=True)
class Change:
    """Change a definition by one of CHANGES."""

    what: str

    def apply(self, walk: Walk) -> None:
        method, path, body = CHANGES[self.what]
        walk.ask(method, f"/v1/{path}", body)
