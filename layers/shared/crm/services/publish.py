"""Telling other services: the log is the outbox, so a change is told at least once, with an id to dedupe on."""

import json
from collections.abc import Iterable
from typing import Any

from crm.domain.activity import ENTERED, LEFT, Activity
from crm.domain.change import changes_of
from crm.domain.times import iso
from crm.services.webhooks.telling import tell_webhooks
from crm.storage.event_bus import put_events
from crm.storage.stream import Record, is_conflict, profile_images, segment_change

SOURCE = "customer-data"
CONFLICT_TYPE = "Identity Conflict"
SEGMENT_TYPES = {ENTERED: "Segment Entered", LEFT: "Segment Left"}


def publish_record(record: Record) -> None:
    """Put what this record of the stream means to others on the event bus, and in the queue of the webhooks.

    Raises when one of them does not take it: told again, it has the same id.
    """
    events = list(_events(record))
    put_events(events)
    changes = [(event["DetailType"], json.loads(event["Detail"])) for event in events]
    tell_webhooks(changes, at=round(record["dynamodb"]["ApproximateCreationDateTime"] * 1000))


def _events(record: Record) -> Iterable[dict[str, Any]]:
    if is_conflict(record):
        keys = record["dynamodb"]["Keys"]
        detail = {
            "id": f"{keys['pk']['S']}|{keys['sk']['S']}",
            "profile_id": keys["pk"]["S"].partition("#")[2],
        }
        yield _event(CONFLICT_TYPE, detail)
    elif changed := segment_change(record):
        yield _event(SEGMENT_TYPES[changed.type], _segment_detail(record, changed))
    elif images := profile_images(record):
        for change in changes_of(*images):
            yield _event(change.type, {"id": change.id, "profile_id": change.profile_id, **change.detail})


def _segment_detail(record: Record, changed: Activity) -> dict[str, Any]:
    profile_id = record["dynamodb"]["Keys"]["pk"]["S"].partition("#")[2]
    segment_id, _, version = changed.message_id.partition(":")
    return {
        "id": f"{profile_id}:{version}:{SEGMENT_TYPES[changed.type]}:{segment_id}",
        "profile_id": profile_id,
        "version": int(version),
        "segment_id": segment_id,
        "at": iso(changed.occurred_at),
        **({"reason": changed.properties["reason"]} if "reason" in changed.properties else {}),
    }


def _event(type_: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"Source": SOURCE, "DetailType": type_, "Detail": json.dumps(detail, sort_keys=True)}
