"""The change events about segments that a customer enters or leaves, under the id that the API shows.

A merge by hand chooses which member's id that is. So the events of one id may come from several profiles, and they
are ordered by `at`: the instant at which the profile was stored, which only grows for each of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.card_fields import IN_TRASH
from crm.domain.change import REPLACES
from crm.domain.event_types import SEGMENT_ENTERED, SEGMENT_LEFT
from crm.domain.memberships import listed_id, segments_of
from crm.domain.profile import ProfileState
from crm.domain.segments.membership_activity import BY_DELETION, BY_MERGE
from crm.domain.times import iso

REPLACED = "replaced"
"""Reason for leaving where the same customer enters at once under another id."""

REPLACED_BY = "replaced_by"
_ELSEWHERE = {BY_MERGE, REPLACED}

_Event = tuple[str, dict[str, Any]]
"""Type and detail."""


@dataclass(frozen=True, slots=True)
class ShownCustomer:
    """A customer as the API shows it: its id, and the ids of its segments."""

    id: str
    segments: frozenset[str]


def shown_customer(root: ProfileState) -> ShownCustomer | None:
    """Return how the API shows the customer of a canonical profile; None if it shows none."""
    return ShownCustomer(listed_id(root.card, root.id), segments_of(root.card)) if root.card else None


def events_of(before: ProfileState | None, after: ProfileState, at: int) -> list[_Event]:
    """Return the events of a new version that was stored at this instant (epoch ms), by type and segment.

    An erased profile has only the event of its erasure, unless it was shown under the id of another, which may stay.
    Whether an id is still in a segment, because another profile is shown under it, is settled at publication
    (`settled_event`).
    """
    published = before.published_segments if before else frozenset[str]()
    wanted = segments_of(after.card)
    former = before.published_as if before and before.published_as else after.id
    if after.stale and former != after.id:
        return [_event(SEGMENT_LEFT, id_, former, after, at) for id_ in sorted(published)]
    if after.stale or after.identity is None:
        return []
    now = listed_id(after.card, after.id)
    moved = published & wanted if former != now else frozenset[str]()
    entered = [
        _event(SEGMENT_ENTERED, id_, now, after, at, **({REPLACES: former} if id_ in moved else {}))
        for id_ in sorted((wanted - published) | moved)
    ]
    left = [
        _event(SEGMENT_LEFT, id_, former, after, at, **_why(after, now, moved=id_ in moved))
        for id_ in sorted((published - wanted) | moved)
    ]
    return [*left, *entered]


def _why(after: ProfileState, now: str, *, moved: bool) -> dict[str, str]:
    if moved:
        return {"reason": REPLACED, REPLACED_BY: now}
    if after.card is None:
        return {"reason": BY_MERGE}
    return {"reason": BY_DELETION} if after.card["kind"] == IN_TRASH else {}


def _event(type_: str, segment_id: str, id_: str, profile: ProfileState, at: int, **more: str) -> _Event:
    return type_, {
        "id": f"{profile.id}:{profile.version}:{type_}:{segment_id}",
        "profile_id": id_,
        "version": profile.version,
        "segment_id": segment_id,
        "at": iso(at),
        **more,
    }


def id_in_doubt(type_: str, detail: Mapping[str, Any]) -> str | None:
    """Return the id of a segment's event that may by now belong to another profile; None if it cannot."""
    if type_ == SEGMENT_ENTERED:
        return detail.get(REPLACES)
    id_: str = detail["profile_id"]
    publisher = detail["id"].partition(":")[0]
    return id_ if detail.get("reason") in _ELSEWHERE or publisher != id_ else None


def settled_event(type_: str, detail: dict[str, Any], now: ShownCustomer | None) -> _Event | None:
    """Return the event to publish, where its id in doubt leads to the customer `now`; None if it is not published.

    An id under which a customer is in the segment neither leaves it nor is replaced.
    """
    id_ = id_in_doubt(type_, detail)
    if now and now.id == id_ and detail["segment_id"] in now.segments:
        kept = {name: value for name, value in detail.items() if name != REPLACES}
        return (type_, kept) if type_ == SEGMENT_ENTERED else None
    if type_ == SEGMENT_LEFT and detail.get("reason") == BY_MERGE and now and now.id != id_:
        return type_, detail | {REPLACED_BY: now.id}
    return type_, detail
