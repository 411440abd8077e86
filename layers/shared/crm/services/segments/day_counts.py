"""Count the members of each segment at the end of each day: from shortly before midnight, as far as one run gets.

At midnight many members leave at once as windows end; that belongs to the next day. What is not counted by then is
counted as soon as possible. A segment is counted once a day. The position within a large one is stored, so that the
next run continues where this one ended or failed.
"""

from typing import TypedDict, cast

from crm.domain.local_days import date_of_day
from crm.domain.memberships import SEGMENT_GROUP
from crm.domain.retention import COUNT_POSITIONS_DAYS
from crm.domain.segments.definition import Segment
from crm.domain.times import DAY_S
from crm.services.jobs.deadline import Deadline
from crm.services.ruleset import ruleset
from crm.services.segments.history import SEGMENT_DAY, keep_day
from crm.storage import definitions, lookups
from crm.storage.groups import count_pages
from crm.storage.items import StoredItem

LEAD_MS = 900_000
"""Time before the end of a day at which counting starts."""

_RESERVE_MS = 20_000
"""Time before the end of the function's time at which a run starts no further page."""

CHECKPOINT_EVERY = 100
"""Pages after which the position is stored, so that a run that fails loses little."""

_LAST, POSITION = "last", "segment_count"


class _Progress(TypedDict):
    """The number of members that are counted of a group on a day, and the position after them."""

    day: str
    group: str | None
    count: int
    place: StoredItem | None


def count_day(deadline: Deadline) -> dict[str, int]:
    """Count the segments that were not counted this day; return how many were, and how many are left."""
    days = ruleset.local_days()
    next_day = days.day_of(deadline.now() + LEAD_MS)
    last = lookups.find(SEGMENT_DAY, _LAST)
    if last is not None and last["day"] >= next_day:
        return {"counted": 0, "left": 0}
    day = date_of_day(next_day - 1).isoformat()
    begins = days.begins(next_day)
    segments = [s for s in ruleset.read_draft().segments.values() if s.group and s.created_at < begins]
    left = [segment for segment in segments if lookups.find(f"{SEGMENT_DAY}#{segment.id}", day) is None]
    counted = 0
    for segment in left:
        if not _count(segment, day, deadline):
            return {"counted": counted, "left": len(left) - counted}
        counted += 1
    definitions.put(SEGMENT_DAY, _LAST, {"day": next_day})
    return {"counted": counted, "left": 0}


def _count(segment: Segment, day: str, deadline: Deadline) -> bool:
    """Count one segment from its last position; return whether it is complete."""
    so_far = _begun(segment, day)
    kept = so_far["place"] is not None
    pages = count_pages(SEGMENT_GROUP, str(segment.group), so_far["place"])
    for number, (members, place) in enumerate(pages, 1):
        so_far = {**so_far, "count": so_far["count"] + members, "place": place}
        if place is None:
            _finish(segment, so_far, deadline.now(), kept=kept)
            return True
        is_late = deadline.remaining() < _RESERVE_MS
        if is_late or number % CHECKPOINT_EVERY == 0:
            _keep(segment, so_far, deadline.now())
            kept = True
        if is_late:
            return False
    return True


def _begun(segment: Segment, day: str) -> _Progress:
    """Return the stored position, if it is of this day and of the group that serves now."""
    kept = lookups.find(POSITION, segment.id)
    if kept and (kept["day"], kept["group"]) == (day, segment.group):
        return cast("_Progress", kept)
    return {"day": day, "group": segment.group, "count": 0, "place": None}


def _keep(segment: Segment, so_far: _Progress, now: int) -> None:
    definitions.put(POSITION, segment.id, {**so_far}, expires_at=now // 1000 + COUNT_POSITIONS_DAYS * DAY_S)


def _finish(segment: Segment, so_far: _Progress, now: int, *, kept: bool) -> None:
    """Store the count. `kept`: a position is stored, which is deleted; one that stays is of this day only."""
    counted = {"day": so_far["day"], "count": so_far["count"], "at": now}
    keep_day(SEGMENT_DAY, segment.id, counted, now)
    if kept:
        definitions.delete(POSITION, segment.id)
