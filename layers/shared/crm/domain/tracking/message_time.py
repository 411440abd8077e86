"""The time of a message: the client's own time, and that time corrected by the server's clock."""

from typing import Any, NamedTuple

from crm.domain.errors import InvalidInputError
from crm.domain.tracking.client_time import client_time

_OWN_TIMES = ("originalTimestamp", "timestamp")
_ARCHIVED_TIMES = (*_OWN_TIMES, "receivedAt", "sentAt")

LATENCY_MS = 10_000
"""A client's clock that differs by at most this much is right: the difference is network latency."""

FIRST_ATTEMPT_MS = 100
"""A client that sends its messages one by one sends each within this time, unless it has tried before."""


class MessageTime(NamedTuple):
    """The times of a message, epoch ms.

    `own`: the message carries its time itself, so that a resend has the same one.
    """

    original_at: int
    occurred_at: int
    own: bool

    def earlier_by(self, milliseconds: int) -> "MessageTime":
        """Return an earlier time.

        Messages of a batch without times keep their order: each is earlier than the next one.
        """
        return MessageTime(self.original_at - milliseconds, self.occurred_at - milliseconds, self.own)


def message_time(message: dict[str, Any], sent_at: int | None, received_at: int) -> MessageTime:
    """Return the time of a message that was sent at `sent_at` by the client's clock, if known.

    Only `originalTimestamp` and `timestamp` are the message's own: `sentAt` changes with every attempt. Raises
    InvalidInputError for a time that is not one, or lies outside the years 1970 to 9999.
    """
    original_at = _stated(message)
    if original_at is None:
        return MessageTime(received_at, received_at, own=False)
    return MessageTime(original_at, occurred_at(original_at, sent_at, received_at), own=True)


def has_waited(message: Any, original_at: int) -> bool:
    """Return whether a message was sent later than it occurred, as a resent one is. `original_at` in epoch ms."""
    sent_at = client_time(message.get("sentAt"))
    return sent_at is not None and sent_at - original_at > FIRST_ATTEMPT_MS


def archived_time(message: dict[str, Any], received_at: int) -> MessageTime:
    """Return the time of a message from an archive, whose `sentAt` is as old as itself and says nothing about a clock.

    An archive's `timestamp` is `originalTimestamp` corrected already, by the system that received the message.
    """
    original_at = _stated(message, _ARCHIVED_TIMES)
    if original_at is None:
        return MessageTime(received_at, received_at, own=False)
    corrected = client_time(message.get("timestamp"))
    return MessageTime(
        original_at, min(original_at if corrected is None else corrected, received_at), own=True
    )


def _stated(message: dict[str, Any], names: tuple[str, ...] = _OWN_TIMES) -> int | None:
    for name in names:
        value = message.get(name)
        if value is not None and value != "" and not _is_unset(value):
            moment = client_time(value)
            if moment is None:
                text = (
                    f"`{name}` must be a time from 1970 to 9999, as ISO 8601 like 2026-11-21T19:30:00.123Z."
                )
                raise InvalidInputError(text, code="invalid_timestamp")
            return moment
    return None


def _is_unset(value: Any) -> bool:
    """Return whether the value is what Go, .NET, MySQL and epochs have for a time that was never set."""
    if isinstance(value, str):
        return value.lstrip().startswith(("0001-01-01", "0000-00-00")) or value.strip() == "0"
    return type(value) in {int, float} and value == 0


def occurred_at(original_at: int, sent_at: int | None, received_at: int) -> int:
    """Apply Segment's correction, `received_at - (sent_at - original_at)`, where the client's clock is wrong.

    The result is never later than `received_at`, and never before 1970.
    """
    if sent_at is None or abs(received_at - sent_at) <= LATENCY_MS:
        return min(original_at, received_at)
    return max(0, min(received_at - (sent_at - original_at), received_at))
