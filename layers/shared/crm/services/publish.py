"""Publish changes to other services. The log is the outbox: at least once, with an id that marks repeats."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crm.domain.activity import ENTERED, LEFT, Activity
from crm.domain.change import SHOWN_ID_FIELD, changes_of, ids_to_look_up, with_shown_id
from crm.domain.event_types import IDENTITY_CONFLICT, SEGMENT_ENTERED, SEGMENT_LEFT
from crm.domain.json_text import encode_text
from crm.domain.profile import ProfileState
from crm.domain.segments.membership_events import ShownCustomer, id_in_doubt, shown_customer
from crm.domain.segments.membership_events import settled_event as segment_event
from crm.domain.times import iso
from crm.services.profiles.roots import roots_of
from crm.services.webhooks.fan_out import fan_out
from crm.storage.event_bus import put_events
from crm.storage.stream import StreamRecord, is_conflict, item_id, profile_of, segment_change

_SOURCE = "customer-data"
_SEGMENT_TYPES = {ENTERED: SEGMENT_ENTERED, LEFT: SEGMENT_LEFT}
SEGMENT_EVENTS = set(_SEGMENT_TYPES.values())

ChangeEvent = tuple[str, dict[str, Any]]
"""Type and detail of a change event."""


def publish(changes: Sequence[tuple[Sequence[ChangeEvent], int]]) -> None:
    """Put change events on the event bus and in the queue of the webhooks, each with the time of the change (epoch ms).

    Raises when one of them does not accept an event; published again, it has the same id.
    """
    people = _people([change for events, _ in changes for change in events])
    final = [(_settled(events, people), at) for events, at in changes]
    put_events([_event(type_, detail) for events, _ in final for type_, detail in events])
    for events, at in final:
        fan_out(events, at=at)


def activity_events(record: StreamRecord) -> list[ChangeEvent]:
    """Return the change events of an activity's record: a conflict, or a segment change of the previous version."""
    profile_id = profile_of(record)
    if is_conflict(record):
        return [(IDENTITY_CONFLICT, {"id": item_id(record), "profile_id": profile_id, SHOWN_ID_FIELD: None})]
    changed = segment_change(record)
    if changed is None or changed.type not in _SEGMENT_TYPES:
        return []
    return [_of_segment(profile_id, changed)]


def profile_events(before: ProfileState | None, after: ProfileState) -> list[ChangeEvent]:
    """Return the change events of a new version of a profile.

    Those of segments are made by `crm.domain.segments.membership_events`.
    """
    return [
        (change.type, {"id": change.id, "profile_id": change.profile_id, **change.detail})
        for change in changes_of(before, after)
    ]


def _settled(events: Sequence[ChangeEvent], people: Mapping[str, ShownCustomer]) -> list[ChangeEvent]:
    """Return the events as they are published. `people`: how the customers of ids in doubt are shown now."""
    final: list[ChangeEvent] = []
    for type_, detail in events:
        if type_ not in SEGMENT_EVENTS:
            shown_ids = {id_: person.id for id_, person in people.items()}
            final.append((type_, with_shown_id(detail, shown_ids)))
        elif event := segment_event(type_, detail, people.get(id_in_doubt(type_, detail) or "")):
            final.append(event)
    return final


def _people(events: Sequence[ChangeEvent]) -> Mapping[str, ShownCustomer]:
    wanted = {id_ for type_, detail in events for id_ in _in_doubt(type_, detail)}
    people = {id_: shown_customer(root) for id_, root in roots_of(wanted).items()} if wanted else {}
    return {id_: person for id_, person in people.items() if person}


def _in_doubt(type_: str, detail: Mapping[str, Any]) -> Collection[str]:
    if type_ not in SEGMENT_EVENTS:
        return ids_to_look_up(detail)
    return {id_} if (id_ := id_in_doubt(type_, detail)) else ()


def _of_segment(profile_id: str, changed: Activity) -> ChangeEvent:
    segment_id, _, digits = changed.message_id.partition(":")
    version = int(digits)
    type_ = _SEGMENT_TYPES[changed.type]
    return type_, {
        "id": f"{profile_id}:{version}:{type_}:{segment_id}",
        "profile_id": profile_id,
        "version": version,
        "segment_id": segment_id,
        "at": iso(changed.occurred_at),
        **({"reason": changed.properties["reason"]} if "reason" in changed.properties else {}),
    }


def _event(type_: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"Source": _SOURCE, "DetailType": type_, "Detail": encode_text(detail)}
