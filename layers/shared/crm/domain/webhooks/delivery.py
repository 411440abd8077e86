"""A delivery that was given up: kept for a while, to be looked at and to be sent again."""

import re
from dataclasses import dataclass
from typing import Any

from crm.domain.webhooks.event import Event

KEPT_DAYS = 30
AT_ONCE, MOST_AT_ONCE = 100, 1000
"""How many a request sends again, if it does not say, and at most."""

DISABLED = "disabled"
GONE = "gone"
RESTING = "resting"
"""The address did not answer a moment ago, so it was not asked."""

NO_END = "no_end"
"""Every attempt broke off without a result, this one was not made."""

_ID = re.compile(r"dlv_[0-9a-f]{12}_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one attempt: the receiver's HTTP status, or a code for why there is none."""

    status: int | None = None
    error: str | None = None
    retry_after: str | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadDelivery:
    """Times in epoch milliseconds. `status` and `error` are those of the last attempt."""

    event: Event
    attempts: int
    status: int | None
    error: str | None
    first_attempt_at: int
    died_at: int

    @property
    def id(self) -> str:
        """In the order of time, and the same whenever the same event is given up again."""
        return f"dlv_{self.event.at:012x}_{self.event.id.removeprefix('evt_')}"

    @property
    def expires_at(self) -> int:
        return self.died_at + KEPT_DAYS * 86_400_000


def looks_like_id(text: str) -> bool:
    """Whether it has the form of a delivery's id."""
    return _ID.fullmatch(text) is not None


def to_record(delivery: DeadDelivery) -> dict[str, Any]:
    """The stored form: plain JSON."""
    event = delivery.event
    return {
        "event": {"id": event.id, "type": event.type, "at": event.at, "data": event.data},
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error,
        "first_attempt_at": delivery.first_attempt_at,
        "died_at": delivery.died_at,
    }


def from_record(record: dict[str, Any]) -> DeadDelivery:
    """The delivery of a stored form."""
    return DeadDelivery(**record | {"event": Event(**record["event"])})
