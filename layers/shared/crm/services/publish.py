"""Telling other services: the log is the outbox, so a change is told at least once, with an id to dedupe on."""

import json
from collections.abc import Iterable
from typing import Any

from crm.domain.change import changes_of
from crm.storage.event_bus import put_events
from crm.storage.stream import Record, is_conflict, profile_images

SOURCE = "customer-data"
CONFLICT_TYPE = "Identity Conflict"


def publish_record(record: Record) -> None:
    """Put what this record of the stream means to others on the event bus. Raises when the bus does not take it."""
    put_events(list(_events(record)))


def _events(record: Record) -> Iterable[dict[str, Any]]:
    if is_conflict(record):
        keys = record["dynamodb"]["Keys"]
        detail = {
            "id": f"{keys['pk']['S']}|{keys['sk']['S']}",
            "profile_id": keys["pk"]["S"].partition("#")[2],
        }
        yield _event(CONFLICT_TYPE, detail)
    elif images := profile_images(record):
        for change in changes_of(*images):
            yield _event(change.type, {"id": change.id, "profile_id": change.profile_id, **change.detail})


def _event(type_: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"Source": SOURCE, "DetailType": type_, "Detail": json.dumps(detail, sort_keys=True)}
