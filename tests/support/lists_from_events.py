"""Members of segments, as receivers compute them from events only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

PublishedEvent = tuple[str, dict[str, Any]]
"""The type and the detail of an event."""

Inside = set[tuple[str, str]]
"""(profile id, segment id)"""

_RANK = {"Segment Left": 0, "Segment Entered": 1, "Profile Erased": 2}


def members_in_order(published: Iterable[PublishedEvent]) -> Inside:
    """Return the members as a receiver has them that applies events in order of arrival."""
    inside: Inside = set()
    for type_, detail in published:
        _apply(inside, type_, detail)
    return inside


def members_by_time(published: Iterable[PublishedEvent]) -> Inside:
    """Return the members as a receiver has them that applies the events of an id in the order of `at`."""
    once = {detail["id"]: (type_, detail) for type_, detail in published if type_ in _RANK}
    return members_in_order(
        sorted(once.values(), key=lambda one: (one[1]["at"], _RANK[one[0]], one[1]["version"]))
    )


def final_members(published: Iterable[PublishedEvent]) -> set[str]:
    """Return the customers' ids that a receiver has that applies events in order of arrival."""
    known: set[str] = set()
    for type_, detail in published:
        if type_ == "Profile Erased":
            known.discard(detail["profile_id"])
        elif type_.startswith("Profile "):
            known.discard(detail.get("replaces", ""))
            known |= {detail["shown_id"]} if "shown_id" in detail else set()
    return known


def _apply(inside: Inside, type_: str, detail: dict[str, Any]) -> None:
    id_ = detail["profile_id"]
    if type_ == "Profile Erased":
        inside -= {place for place in inside if place[0] == id_}
    elif type_ == "Segment Left":
        inside.discard((id_, detail["segment_id"]))
    elif type_ == "Segment Entered":
        inside.discard((detail.get("replaces", ""), detail["segment_id"]))
        inside.add((id_, detail["segment_id"]))
