"""Record rows of events as the tracking API would record them.

The same message id is the same event of its customer, whatever its time: within a file and in later ones.
"""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from crm.domain.imports.event_rows import LINES_LEFT_OUT, RowEvent
from crm.domain.imports.read_rows import ImportRow
from crm.domain.imports.row_clusters import identity_digest
from crm.domain.job import Job
from crm.domain.json_text import decode, encode
from crm.domain.times import iso
from crm.domain.tracking.message_id import derived_message_id, stated_message_id
from crm.services.tracking.record_messages import store
from crm.settings import settings
from crm.storage.log_writer import LogWriter, log_writer

EVENTS_COUNT, REPEATED = "events", "repeated"
"""Counts of new events, and of rows that repeat an event."""

_AT_ONCE = 100
"""Activities that are appended together."""

_TYPE = "track"
_LOOKUPS_AT_ONCE = 8


def event_of_row(row: ImportRow) -> RowEvent:
    """Return the event of a row. Without a message id, its content identifies it, as with messages."""
    message_id, stated = _message_id(row)
    lines = (dict(row.order_line),) if row.order_line else ()
    return RowEvent(
        row.number, message_id, stated, row.event, row.at, row.at, row.identities, row.properties, lines
    )


def event_digest(event: RowEvent) -> bytes:
    """Return the digest by which rows of the same event are found."""
    first = event.identities[0]
    name = f" {event.message_id} {first.type}:{first.value}"
    return identity_digest(name, settings().identity_namespace.bytes)


def append_events(row_events: Iterable[RowEvent], job: Job) -> tuple[Counter[str], Counter[str]]:
    """Append the events to the logs; return counts of new and repeated ones, and warnings.

    Raises UnavailableError.
    """
    counts, warnings = Counter[str](), Counter[str]()
    log, left = log_writer(), iter(row_events)
    with ThreadPoolExecutor(_LOOKUPS_AT_ONCE) as pool:
        while some := list(islice(left, _AT_ONCE)):
            found = list(pool.map(partial(_found_in_log, job=job, log=log), some))
            store([activity for activity, _ in found], [], log)
            for activity, is_known in found:
                counts[REPEATED if is_known else EVENTS_COUNT] += 1
                warnings[LINES_LEFT_OUT] += LINES_LEFT_OUT in activity.properties
    return counts, +warnings


def _found_in_log(event: RowEvent, job: Job, log: LogWriter) -> tuple[Activity, bool]:
    """Return the activity under the key that its message id had first, and whether another import or source made it."""
    activity = _activity_of(event, job)
    if not event.stated:
        return activity, False
    first = log.first_delivery(activity, by=job.id)
    activity.original_at = first.at
    return activity, first.is_known


def _activity_of(event: RowEvent, job: Job) -> Activity:
    return Activity(
        message_id=event.message_id,
        type=_TYPE,
        name=event.name,
        original_at=event.first_at,
        occurred_at=min(event.at, job.created_at),
        received_at=job.created_at,
        source_id=f"import:{job.id}",
        source_kind="server",
        identities=event.identities,
        properties=event.all_properties,
        context={},
    )


def _message_id(row: ImportRow) -> tuple[str, bool]:
    message: dict[str, Any] = {
        "messageId": row.message_id,
        "event": row.event,
        "timestamp": iso(row.at),
        "identities": row.identities,
        "properties": row.properties,
    }
    stated = stated_message_id(message)
    if stated is not None:
        return stated, True
    del message["messageId"]
    if row.order_line:
        message["line"] = dict(row.order_line)
    return derived_message_id(message, _TYPE, dated=True, new_id=str), False


def to_line(event: RowEvent) -> bytes:
    """Return the event as a line with its end, as it is stored between the stages of an import."""
    record = {
        "n": event.row,
        "m": event.message_id,
        "s": event.stated,
        "e": event.name,
        "f": event.first_at,
        "t": event.at,
        "i": event.identities,
        "p": event.properties,
        "l": event.lines,
        "x": event.left_out,
    }
    return encode(record) + b"\n"


def from_line(line: bytes) -> RowEvent:
    """Read the event that `to_line` wrote."""
    record = decode(line)
    identities = tuple(Identity(type_, value) for type_, value in record["i"])
    return RowEvent(
        record["n"],
        record["m"],
        record["s"],
        record["e"],
        record["f"],
        record["t"],
        identities,
        record["p"],
        record["l"],
        record["x"],
    )
