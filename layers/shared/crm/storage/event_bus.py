"""The event bus that tells other services."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_BATCH = 10


@cache
def _events() -> "EventBridgeClient":
    import boto3

    return boto3.client("events", region_name=settings().region)


def put_events(entries: Sequence[dict[str, Any]]) -> None:
    """Raises RuntimeError when the bus took only some of them: all must be put again."""
    for start in range(0, len(entries), _BATCH):
        batch: Any = [
            {"EventBusName": settings().event_bus_name, **entry} for entry in entries[start : start + _BATCH]
        ]
        answer = _events().put_events(Entries=batch)
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"the event bus refused {answer['FailedEntryCount']} events")
