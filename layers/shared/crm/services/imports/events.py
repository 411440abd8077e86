"""Rows that tell of events: each becomes what the tracking API would have made of it, so the same event is one."""

from collections.abc import Sequence
from typing import Any

from crm.domain.activity import Activity
from crm.domain.imports.reading import Row
from crm.domain.job import Job
from crm.domain.messages.message_id import derived_message_id, stated_message_id
from crm.domain.times import iso
from crm.services.recording.record import store
from crm.storage.log_writer import log_writer

AT_ONCE = 100
"""Activities that are appended together."""

_TYPE = "track"


def record(rows: Sequence[Row], job: Job) -> int:
    """Append the events to the logs; how many they are. Raises UnavailableError."""
    log = log_writer()
    for start in range(0, len(rows), AT_ONCE):
        store([activity_of(row, job) for row in rows[start : start + AT_ONCE]], [], log)
    return len(rows)


def activity_of(row: Row, job: Job) -> Activity:
    """The event of a row. One without a message id is told by what it says, as messages without one are."""
    return Activity(
        message_id=_message_id(row),
        type=_TYPE,
        name=row.event,
        original_at=row.at,
        occurred_at=min(row.at, job.created_at),
        received_at=job.created_at,
        source_id=f"import:{job.id}",
        source_kind="server",
        identities=row.identities,
        properties=row.properties,
        context={},
    )


def _message_id(row: Row) -> str:
    message: dict[str, Any] = {
        "messageId": row.message_id,
        "event": row.event,
        "timestamp": iso(row.at),
        "identities": row.identities,
        "properties": row.properties,
    }
    stated = stated_message_id(message)
    if stated is not None:
        return stated
    del message["messageId"]
    return derived_message_id(message, _TYPE, dated=True, new_id=str)
