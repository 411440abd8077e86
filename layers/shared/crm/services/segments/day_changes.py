"""Count how many customers entered and left each segment on each day, once the day is over.

A day is counted twice: soon after its end, and a day later, when all records that the stream delivered late are
consumed. Each time its quarters of an hour are read again, so that a run that is repeated changes nothing. Where the
time of a run is up, its position is stored, with the day on which it counts.
"""

from typing import TypedDict, cast

from crm.domain.entries_and_exits import ENTERED_PREFIX, LEFT_PREFIX, QUARTER_MS
from crm.domain.json_text import JsonObject
from crm.domain.local_days import LocalDays, date_of_day
from crm.domain.retention import COUNT_POSITIONS_DAYS
from crm.domain.times import DAY_S
from crm.services.jobs.deadline import Deadline
from crm.services.ruleset import ruleset
from crm.services.segments.history import SEGMENT_CHANGES, keep_day
from crm.storage import definitions, lookups, segment_changes

_LAG_MS = 2 * QUARTER_MS
"""Time after the end of a day at which it is counted."""

_RESERVE_MS = 20_000
_MOST_DAYS = 6
"""Days before today that are counted where no run has counted them: their marks are kept for one day more."""

_HEAD, _POSITION = "head", "position"


class _Progress(TypedDict):
    """The day that is being counted, in a run `on` a day; its quarters of an hour that are counted, and the counts."""

    on: int
    day: int
    quarters: int
    counts: dict[str, int]


def count_changes(deadline: Deadline) -> int:
    """Count the days that are over and not counted; return how many are left."""
    days = ruleset.local_days()
    now = deadline.now()
    today = days.day_of(now - _LAG_MS)
    head = lookups.find(SEGMENT_CHANGES, _HEAD)
    if head is None:
        definitions.put(SEGMENT_CHANGES, _HEAD, {"day": today, "since": now})
        return 0
    if head["day"] >= today:
        return 0
    so_far = cast("_Progress | None", lookups.find(SEGMENT_CHANGES, _POSITION))
    if so_far is None or so_far["on"] != today:
        so_far = _beginning(max(head["day"] - 1, today - _MOST_DAYS), today)
    while so_far["day"] < today:
        if not _count_day(so_far, days, deadline):
            ends_at = deadline.now() // 1000 + COUNT_POSITIONS_DAYS * DAY_S
            definitions.put(SEGMENT_CHANGES, _POSITION, {**so_far}, expires_at=ends_at)
            return int(today - so_far["day"])
        _finish(so_far, days, head["since"], deadline.now())
        so_far = _beginning(so_far["day"] + 1, today)
    definitions.put(SEGMENT_CHANGES, _HEAD, head | {"day": today})
    return 0


def _beginning(day: int, today: int) -> _Progress:
    return {"on": today, "day": day, "quarters": 0, "counts": {}}


def _count_day(so_far: _Progress, days: LocalDays, deadline: Deadline) -> bool:
    """Count a day from its position, which moves; return whether it is complete."""
    begins, ends = (days.begins(so_far["day"] + more) // QUARTER_MS for more in (0, 1))
    for quarter in range(begins + so_far["quarters"], ends):
        if deadline.remaining() < _RESERVE_MS:
            return False
        for name, number in segment_changes.count_changes(quarter).items():
            so_far["counts"][name] = so_far["counts"].get(name, 0) + number
        so_far["quarters"] += 1
    return True


def _finish(so_far: _Progress, days: LocalDays, since: int, now: int) -> None:
    """Store the numbers of a day, except for segments that had members before `since`, when counting began."""
    day, counts = so_far["day"], so_far["counts"]
    begins, ends = days.begins(day), days.begins(day + 1)
    for segment in ruleset.read_draft().segments.values():
        if segment.created_at < ends and max(segment.created_at, begins) >= since:
            numbers: JsonObject = {
                "day": date_of_day(day).isoformat(),
                "entered": counts.get(ENTERED_PREFIX + segment.id, 0),
                "left": counts.get(LEFT_PREFIX + segment.id, 0),
            }
            keep_day(SEGMENT_CHANGES, segment.id, numbers, now)
