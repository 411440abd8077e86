"""Messages with a context, read as the tracking API reads them."""

from __future__ import annotations

from typing import Any

from crm.domain.activity import Activity
from crm.domain.tracking.message import read_message
from crm.domain.tracking.reception import MessageRules, Reception


def read(
    context: dict[str, Any],
    type_: str = "track",
    *,
    kind: str = "web",
    store_ip: bool = False,
    agent: str | None = None,
    **more: Any,
) -> Activity:
    """Return the activity of a message with this context. `agent`: the `User-Agent` of the request."""
    message = {"anonymousId": "a-1", "event": "x", "timestamp": 1_795_289_400, "context": context, **more}
    reception = Reception(
        source_id="s", source_kind=kind, received_at=1_795_289_400_000, ip="203.0.113.9", user_agent=agent
    )
    rules = MessageRules(store_ip=store_ip)
    return read_message(message, type_, reception=reception, rules=rules, new_id=lambda: "id").activity
