"""Read how the size of a segment has changed, day by day."""

from crm.domain.json_text import JsonObject
from crm.domain.retention import SEGMENT_HISTORY_DAYS
from crm.domain.times import DAY_S, iso
from crm.domain.views.segments import DayCountView
from crm.services.segments import segments
from crm.storage import definitions

SEGMENT_DAY = "segment_day"
"""The number of members by segment and day."""

SEGMENT_CHANGES = "segment_changes"
"""How many entered and left by segment and day: known after the day's end, the number of members before it."""


def keep_day(kind: str, segment_id: str, counted: JsonObject, now: int) -> None:
    """Store the numbers of a segment for `counted["day"]`, written `2026-11-21`."""
    expires_at = now // 1000 + SEGMENT_HISTORY_DAYS * DAY_S
    definitions.put(f"{kind}#{segment_id}", counted["day"], counted, expires_at=expires_at)


def history(name_or_id: str, *, start: str | None, end: str | None) -> list[DayCountView]:
    """Return each day with its numbers, oldest first. Days as `2026-11-21`. Raises NotFoundError."""
    segment = segments.get(name_or_id)
    changes = {day["day"]: day for day in _days(SEGMENT_CHANGES, segment.id, start, end)}
    return [
        {
            "day": day["day"],
            "count": day["count"],
            "at": iso(day["at"]),
            "entered": changes.get(day["day"], {}).get("entered"),
            "left": changes.get(day["day"], {}).get("left"),
        }
        for day in _days(SEGMENT_DAY, segment.id, start, end)
    ]


def _days(kind: str, segment_id: str, start: str | None, end: str | None) -> list[JsonObject]:
    return definitions.find_between(f"{kind}#{segment_id}", start or _FIRST, end or _LAST)


_FIRST, _LAST = "0", "9999-12-31"
