"""Rules for the fields of a webhook. Each raises InvalidInputError saying what would be right."""

from collections.abc import Iterable

from crm.domain.errors import InvalidInputError
from crm.domain.event_types import EVENT_TYPES

MAX_WEBHOOKS = 50
MAX_WEBHOOK_SEGMENTS = 100
MAX_SEGMENT_LENGTH = 200
MAX_ATTRIBUTES = 20
MAX_WEBHOOK_VALUES_BYTES = 16_384
"""Maximum bytes of the values of attributes in one event, as JSON."""


def valid_event_types(events: Iterable[str]) -> tuple[str, ...]:
    """Return each event once, in the order of EVENT_TYPES; none means all."""
    wanted = set(events)
    if unknown := sorted(wanted - set(EVENT_TYPES)):
        raise InvalidInputError(
            f"events must be among {', '.join(EVENT_TYPES)}", details={"field": "events", "unknown": unknown}
        )
    return tuple(event for event in EVENT_TYPES if event in wanted)
