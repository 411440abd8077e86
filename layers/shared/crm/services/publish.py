"""Telling other services: the log is the outbox, so a change is told at least once, with an id to dedupe on."""

from collections.abc import Iterable, Sequence
from typing import Any

from crm.domain.activity import ENTERED, LEFT, Activity
from crm.domain.change import changes_of
from crm.domain.json_text import encode_text
from crm.domain.profile import ProfileState
from crm.domain.segments.telling import changes_in
from crm.domain.times import iso
from crm.services.webhooks.telling import tell_webhooks
from crm.storage.event_bus import put_events
from crm.storage.stream import Record, is_conflict, segment_change

SOURCE = "customer-data"
CONFLICT_TYPE = "Identity Conflict"
SEGMENT_TYPES = {ENTERED: "Segment Entered", LEFT: "Segment Left"}

Told = tuple[str, dict[str, Any]]
"""Type and detail of a change."""


def publish(changes: Sequence[tuple[Sequence[Told], int]]) -> None:
    """Put changes on the event bus, and in the queue of the webhooks, each with when it was made (epoch ms).

    Raises when one of them does not take it: told again, it has the same id.
    """
    put_events([_event(type_, detail) for told, _ in changes for type_, detail in told])
    for told, at in changes:
        tell_webhooks(told, at=at)


def told_of_activity(record: Record) -> list[Told]:
    """What the record of an activity means to others: a conflict, or a segment of which a version before has told."""
    keys = record["dynamodb"]["Keys"]
    profile_id = keys["pk"]["S"].partition("#")[2]
    if is_conflict(record):
        return [(CONFLICT_TYPE, {"id": f"{keys['pk']['S']}|{keys['sk']['S']}", "profile_id": profile_id})]
    changed = segment_change(record)
    if changed is None or changed.type not in SEGMENT_TYPES:
        return []
    return [_of_segment(profile_id, changed)]


def told_of_profile(before: ProfileState | None, after: ProfileState, telling: Activity | None) -> list[Told]:
    """What a new version of a profile means to others; `telling`: what its log is told of segments."""
    changes = changes_of(before, after)
    told: list[Told] = [
        (change.type, {"id": change.id, "profile_id": change.profile_id, **change.detail})
        for change in changes
    ]
    return told + [_of_segment(after.id, changed) for changed in _each(telling)]


def _each(telling: Activity | None) -> Iterable[Activity]:
    return changes_in(telling) if telling else ()


def _of_segment(profile_id: str, changed: Activity) -> Told:
    segment_id, _, digits = changed.message_id.partition(":")
    version = int(digits)
    type_ = SEGMENT_TYPES[changed.type]
    return type_, {
        "id": f"{profile_id}:{version}:{type_}:{segment_id}",
        "profile_id": profile_id,
        "version": version,
        "segment_id": segment_id,
        "at": iso(changed.occurred_at),
        **({"reason": changed.properties["reason"]} if "reason" in changed.properties else {}),
    }


def _event(type_: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"Source": SOURCE, "DetailType": type_, "Detail": encode_text(detail)}
