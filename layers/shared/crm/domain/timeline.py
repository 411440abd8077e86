"""Timelines: the time-ordered merge of the logs of one person, newest first.

Logs are keyed by the clients' own clocks and shown by corrected time. The largest difference between the two in a log
is known (`ProfileState.skew`), so that the order is exact after reading ahead only as far as that log's clocks were
wrong.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.activity import CONFLICT, MERGED, RESENT, SETTLED, UNMERGED, Activity

_NOTED_BY_ALL = (CONFLICT, MERGED, UNMERGED, SETTLED)

TimelinePosition = tuple[int, str, str, int]
"""(occurred_at, message id, profile id, rank): a position in a timeline; newest first is its descending order.
Senders of different ranks may have sent one message id.
"""

_CURSOR = ("at", "message", "profile", "rank")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An activity and the profile whose log holds it."""

    profile_id: str
    activity: Activity

    @property
    def position(self) -> TimelinePosition:
        """Return the position of the entry."""
        return (self.activity.occurred_at, self.activity.message_id, self.profile_id, int(self.activity.rank))


def cursor_of(position: TimelinePosition) -> dict[str, Any]:
    """Convert a position to JSON."""
    return dict(zip(_CURSOR, position, strict=True))


def position_in(cursor: Mapping[str, Any]) -> TimelinePosition:
    """Restore the position from the JSON that `cursor_of` wrote; cursors of an earlier version have no rank."""
    return cursor["at"], cursor["message"], cursor["profile"], cursor.get("rank", 0)


def by_occurrence(profile_id: str, log: Iterable[Activity], largest_skew: int) -> Iterator[TimelineEntry]:
    """Yield the entries of a log in descending order of occurrence; the log comes in descending order of its keys.

    `largest_skew`: no activity of the log occurred later than this many ms after its key.
    """
    waiting: list[tuple[int, str, int, int, TimelineEntry]] = []
    for number, activity in enumerate(log):
        # No later activity can have occurred after this instant.
        horizon = activity.original_at + largest_skew
        while waiting and -waiting[0][0] > horizon:
            yield heapq.heappop(waiting)[-1]
        entry = TimelineEntry(profile_id, activity)
        place = (-activity.occurred_at, _descending(activity.message_id), -activity.rank)
        heapq.heappush(waiting, (*place, number, entry))
    while waiting:
        yield heapq.heappop(waiting)[-1]


def _descending(text: str) -> str:
    """Return a text that sorts in the opposite order."""
    return "".join(chr(0x10FFFF - ord(character)) for character in text) + chr(0x10FFFF)


def merge_timelines(logs: Iterable[Iterable[TimelineEntry]]) -> Iterator[TimelineEntry]:
    """Merge several timelines; an activity that is in the logs of all it concerns is shown once, a mark never."""
    last: TimelineEntry | None = None
    for entry in heapq.merge(*logs, key=lambda entry: entry.position, reverse=True):
        if entry.activity.type == RESENT:
            continue
        if not (last and _same_note(last.activity, entry.activity)):
            yield entry
        last = entry


def _same_note(one: Activity, other: Activity) -> bool:
    return one.type in _NOTED_BY_ALL and (one.type, one.stamp) == (other.type, other.stamp)
