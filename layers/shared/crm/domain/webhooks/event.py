"""The event that a webhook receives: one change, under an id that is the same whenever it is sent again."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from crm.domain.times import iso


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """A change event. `at`: when it occurred, in epoch milliseconds. `data`: ids and names, never values."""

    id: str
    type: str
    at: int
    data: dict[str, Any]

    def content(self, **more: Any) -> dict[str, Any]:
        """Return the payload as Standard Webhooks defines it; `more`: additional fields of `data`."""
        return {"id": self.id, "type": self.type, "timestamp": iso(self.at), "data": self.data | more}

    def body(self, **more: Any) -> bytes:
        """Return the payload as JSON: equal bytes for an equal event."""
        return json.dumps(self.content(**more), separators=(",", ":")).encode()


def event_of(type: str, detail: dict[str, Any], at: int) -> WebhookEvent:
    """Return the event of a change. Its id is a digest of the change's: safe in a header and in a path."""
    return WebhookEvent(f"evt_{hashlib.sha256(detail['id'].encode()).hexdigest()[:32]}", type, at, detail)
