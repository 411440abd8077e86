"""What a webhook is told: one change, under an id that is the same whenever it is told again."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from crm.domain.times import iso

TESTED = "Webhook Tested"


@dataclass(frozen=True, slots=True)
class Event:
    """`at`: when it changed, in epoch milliseconds. `data`: ids and names, never values."""

    id: str
    type: str
    at: int
    data: dict[str, Any]

    def content(self, **more: Any) -> dict[str, Any]:
        """What is sent, in the form that Standard Webhooks gives it; `more`: what `data` has beside."""
        return {"id": self.id, "type": self.type, "timestamp": iso(self.at), "data": self.data | more}

    def body(self, **more: Any) -> bytes:
        """The same as JSON: equal bytes for an equal event."""
        return json.dumps(self.content(**more), separators=(",", ":")).encode()


def event_of(type: str, detail: dict[str, Any], at: int) -> Event:
    """The event of a change. Its id is a digest of the change's: safe in a header and in a path."""
    return Event(f"evt_{hashlib.sha256(detail['id'].encode()).hexdigest()[:32]}", type, at, detail)
