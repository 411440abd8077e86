"""Date messages that carry no time: the time of their first delivery counts, which only the log knows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from crm.domain.tracking.message import MessageReading
from crm.domain.trust import Rank

LOOKUPS_AT_ONCE = 10
"""Parallel lookups: one after the other, those of a full batch would outlast the function's timeout."""


class FirstDeliveries(Protocol):
    """The time of each message's first delivery (`crm.storage.log_writer.LogWriter`)."""

    def first_received(self, identity: Identity, message_id: str, rank: Rank, received_at: int) -> int: ...


def dated(readings: Sequence[MessageReading], log: FirstDeliveries) -> list[Activity]:
    """Return the activities of these readings in order, each with the time of its key. Raises UnavailableError."""
    undated: dict[tuple[Identity, str], Activity] = {}
    for reading in readings:
        if not reading.dated:
            undated.setdefault(_message_of(reading.activity), reading.activity)
    if not undated:
        return [reading.activity for reading in readings]
    first = dict(zip(undated, _first_received(list(undated.values()), log), strict=True))
    return [
        reading.activity if reading.dated else _at(reading.activity, first[_message_of(reading.activity)])
        for reading in readings
    ]


def _message_of(activity: Activity) -> tuple[Identity, str]:
    return activity.identities[0], activity.message_id


def _at(activity: Activity, time: int) -> Activity:
    return replace(activity, original_at=time, occurred_at=time)


def _first_received(activities: Sequence[Activity], log: FirstDeliveries) -> list[int]:
    def of(activity: Activity) -> int:
        return log.first_received(*_message_of(activity), activity.rank, activity.original_at)

    if len(activities) == 1:
        return [of(activities[0])]
    # Few requests need threads: the others start without the import.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(LOOKUPS_AT_ONCE, len(activities))) as threads:
        return list(threads.map(of, activities))
