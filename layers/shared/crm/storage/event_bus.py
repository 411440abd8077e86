"""Put change events on the event bus."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from crm.settings import settings
from crm.storage import connection
from crm.storage.connection import EVENTBRIDGE
from crm.storage.prepared_calls import PreparedCalls
from crm.storage.transport import Transport

_BATCH = 10


@cache
def _events() -> PreparedCalls:
    return PreparedCalls(Transport(connection.connection(EVENTBRIDGE), connection.user_agent()))


def put_events(entries: Sequence[dict[str, Any]]) -> None:
    """Put events. Raises RuntimeError if the bus accepted only some of them: all must be put again."""
    for start in range(0, len(entries), _BATCH):
        batch = [
            {"EventBusName": settings().event_bus_name, **entry} for entry in entries[start : start + _BATCH]
        ]
        answer = _events().call("PutEvents", {"Entries": batch})
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"the event bus refused {answer['FailedEntryCount']} events")
