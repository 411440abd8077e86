"""Lists of segments as receivers of events keep them, who know nothing but the events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

PublishedEvent = tuple[str, dict[str, Any]]
"""Type and detail of an event."""

Inside = set[tuple[str, str]]
"""(profile id, segment id)"""

_RANK = {"Segment Left": 0, "Segment Entered": 1, "Profile Erased": 2}


def members_in_order(published: Iterable[PublishedEvent]) -> Inside:
    """The lists of a receiver that applies each event as it comes."""
    inside: Inside = set()
    for type_, detail in published:
        _apply(inside, type_, detail)
    return inside


def members_by_time(published: Iterable[PublishedEvent]) -> Inside:
    """The lists of a receiver that applies the events of an id by `at`, however they come."""
    once = {detail["id"]: (type_, detail) for type_, detail in published if type_ in _RANK}
    return members_in_order(
        sorted(once.values(), key=lambda one: (one[1]["at"], _RANK[one[0]], one[1]["version"]))
    )


def final_members(published: Iterable[PublishedEvent]) -> set[str]:
    """The ids of customers that a receiver knows who applies each event as it comes."""
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
