"""Deliveries that failed permanently, and recent ones: kept for some time, to be inspected and sent again."""

import re
from codecs import getincrementaldecoder
from dataclasses import dataclass
from unicodedata import category

from crm.domain.retention import FAILED_DELIVERIES_DAYS, RECENT_DELIVERIES_DAYS
from crm.domain.times import DAY_MS
from crm.domain.webhooks.event import WebhookEvent

REPLAYED_AT_ONCE, MAX_AT_ONCE = 100, 1000
"""How many deliveries a request sends again, by default and at most."""

DISABLED = "disabled"
RECEIVER_GONE = "gone"
RESTING = "resting"
"""The address failed a moment ago, so that it was not tried."""

NO_END = "no_end"
"""Every attempt broke off without a result, and this one was not made."""

RESPONSE_BYTES = 1024
"""Bytes of the receiver's response that are kept."""

_LAYOUT = "\n\t"
_ID = re.compile(r"dlv_[0-9a-f]{12}_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one attempt: the receiver's HTTP status, or a code for why there is none.

    `response_body`: the beginning of what it responded, as `response_text` reads it; None if it is not known.
    """

    status: int | None = None
    error: str | None = None
    retry_after: str | None = None
    response_body: str | None = None

    @property
    def delivered(self) -> bool:
        """Return whether the receiver accepted the event."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadDelivery:
    """A delivery that failed permanently.

    Times in epoch milliseconds. `status`, `error` and `response_body` are those of the last attempt.
    """

    event: WebhookEvent
    attempts: int
    status: int | None
    error: str | None
    first_attempt_at: int
    died_at: int
    response_body: str | None = None

    @property
    def id(self) -> str:
        """Return the id: in the order of time, and the same whenever the same event fails again."""
        return delivery_id(self.event)

    @property
    def expires_at(self) -> int:
        """Return when it is deleted (epoch ms)."""
        return self.died_at + FAILED_DELIVERIES_DAYS * DAY_MS


DELIVERED, WAITING, GIVEN_UP = "delivered", "waiting", "failed"
DELIVERY_STATES = (DELIVERED, WAITING, GIVEN_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptedDelivery:
    """A delivery with the result of its last attempt. Times in epoch milliseconds.

    `next_attempt_at`: None if it is delivered or failed.
    """

    event: WebhookEvent
    state: str
    attempts: int
    status: int | None
    error: str | None
    first_attempt_at: int
    last_attempt_at: int
    next_attempt_at: int | None = None
    response_body: str | None = None

    @property
    def id(self) -> str:
        """Return the id, which is that of the delivery if it fails."""
        return delivery_id(self.event)

    @property
    def expires_at(self) -> int:
        """Return when it is deleted (epoch ms)."""
        return self.last_attempt_at + RECENT_DELIVERIES_DAYS * DAY_MS


def response_text(content: bytes) -> str:
    """Return the beginning of a response as text: as UTF-8, without control characters except line feeds and tabs."""
    text = getincrementaldecoder("utf-8")("replace").decode(content[:RESPONSE_BYTES])
    return "".join(one for one in text if one in _LAYOUT or category(one) != "Cc")


def delivery_id(event: WebhookEvent) -> str:
    """Return the id: in the order of time, and the same whenever the same event is delivered again."""
    return f"dlv_{event.at:012x}_{event.id.removeprefix('evt_')}"


def is_delivery_id(text: str) -> bool:
    """Return whether a text has the form of a delivery's id."""
    return _ID.fullmatch(text) is not None
