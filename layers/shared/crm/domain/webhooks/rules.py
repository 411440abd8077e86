"""What the fields of a webhook may be. Each raises InvalidInputError saying what would be right."""

from collections.abc import Iterable

from crm.domain.errors import InvalidInputError
from crm.domain.webhooks.definition import EVENTS

MOST_WEBHOOKS = 50
MOST_SEGMENTS = 100
LONGEST_SEGMENT = 100


def valid_events(events: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order of EVENTS; none means all."""
    wanted = set(events)
    if unknown := sorted(wanted - set(EVENTS)):
        raise InvalidInputError(
            f"events must be among {', '.join(EVENTS)}", details={"field": "events", "unknown": unknown}
        )
    return tuple(event for event in EVENTS if event in wanted)


def valid_segments(segments: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order given; none means all."""
    wanted = tuple(dict.fromkeys(segments))
    if len(wanted) > MOST_SEGMENTS or not all(0 < len(id_) <= LONGEST_SEGMENT for id_ in wanted):
        raise InvalidInputError(
            f"segments must be at most {MOST_SEGMENTS} ids of segments", details={"field": "segments"}
        )
    return wanted
