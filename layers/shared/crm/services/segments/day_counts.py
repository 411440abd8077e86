"""How many were in each segment at the end of each day: counted from shortly before it, as far as one run comes.

At midnight many leave at once, whose windows end; that belongs to the next day. What no run has counted by then is
counted as soon as one can.

A segment that was counted is not counted again that day. The position within a large one is kept, so that the next run
goes on where this one ended, or died.
"""

from typing import Any

from crm.domain.local_days import date_of
from crm.domain.memberships import SEGMENT
from crm.domain.segments.definition import Segment
from crm.domain.times import DAY_MS
from crm.services.catalogue import catalogue
from crm.services.jobs.pace import Pace
from crm.services.segments.members import DAY
from crm.storage import definitions, lookups
from crm.storage.groups import count_pages

LEAD_MS = 900_000
"""So long before its end a day is counted."""

RESERVE_MS = 20_000
"""Before the end of its time a run begins no page any more."""

KEPT_EVERY = 100
"""Pages after which the position is kept, so that a run that dies loses little."""

LAST, POSITION = "last", "segment_count"


def count_day(pace: Pace) -> dict[str, int]:
    """Count the segments that were not counted this day; how many were, and how many are left to the next run."""
    days = catalogue.local_days()
    next_day = days.day_of(pace.now() + LEAD_MS)
    last = lookups.find(DAY, LAST)
    if last is not None and last["day"] >= next_day:
        return {"counted": 0, "left": 0}
    day = date_of(next_day - 1).isoformat()
    begins = days.begins(next_day)
    segments = [s for s in catalogue.read().segments.values() if s.group and s.created_at < begins]
    left = [segment for segment in segments if lookups.find(f"{DAY}#{segment.id}", day) is None]
    counted = 0
    for segment in left:
        if not _count(segment, day, pace):
            return {"counted": counted, "left": len(left) - counted}
        counted += 1
    definitions.put(DAY, LAST, {"day": next_day})
    return {"counted": counted, "left": 0}


def _count(segment: Segment, day: str, pace: Pace) -> bool:
    """Count one segment from where it was left; whether it is at its end."""
    so_far = _begun(segment, day)
    kept = so_far["place"] is not None
    pages = count_pages(SEGMENT, str(segment.group), so_far["place"])
    for number, (members, place) in enumerate(pages, 1):
        so_far |= {"count": so_far["count"] + members, "place": place}
        if place is None:
            _finish(segment, so_far, pace.now(), kept=kept)
            return True
        is_late = pace.remaining() < RESERVE_MS
        if is_late or number % KEPT_EVERY == 0:
            _keep(segment, so_far, pace.now())
            kept = True
        if is_late:
            return False
    return True


def _begun(segment: Segment, day: str) -> dict[str, Any]:
    """What was counted of it so far, where that is of this day and of the group that answers now."""
    kept = lookups.find(POSITION, segment.id)
    if kept and (kept["day"], kept["group"]) == (day, segment.group):
        return kept
    return {"day": day, "group": segment.group, "count": 0, "place": None}


def _keep(segment: Segment, so_far: dict[str, Any], now: int) -> None:
    definitions.put(POSITION, segment.id, so_far, expires_at=(now + DAY_MS) // 1000)


def _finish(segment: Segment, so_far: dict[str, Any], now: int, *, kept: bool) -> None:
    """Keep the count. `kept`: a position is stored, which nobody needs any more; one that stays is of this day only."""
    counted = {"day": so_far["day"], "count": so_far["count"], "at": now}
    definitions.put(f"{DAY}#{segment.id}", so_far["day"], counted)
    if kept:
        definitions.delete(POSITION, segment.id)
