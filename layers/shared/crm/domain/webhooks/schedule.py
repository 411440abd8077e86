"""Schedule the retries of a webhook delivery: with backoff and jitter, for about a day in all."""

from email.utils import parsedate_to_datetime

WAITS_S = (10, 30, 120, 600, 1800, 3600, 10_800, 21_600, 21_600, 21_600)
DELIVERY_ATTEMPTS = len(WAITS_S) + 1
JITTER = 0.2
"""Share by which a wait is shorter or longer: deliveries that failed together are not retried together."""

MAX_WAIT_S = 21_600
"""Maximum wait, however long the receiver asks for."""


def wait_s(attempt: int, jitter: float, retry_after_s: int | None = None) -> int:
    """Return the seconds from the failed attempt (from 1) to the next.

    `jitter` from 0 to 1; `retry_after_s`: the receiver's wish.
    """
    planned = WAITS_S[attempt - 1] * (1 + JITTER * (2 * jitter - 1))
    return round(max(planned, min(retry_after_s or 0, MAX_WAIT_S)))


def retry_after_s(retry_after: str | None, now: int) -> int | None:
    """Parse a `Retry-After`, a number or a date, to seconds; return None for anything else. `now` in epoch ms."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return int(text[:9])
    try:
        return max(0, round(parsedate_to_datetime(text).timestamp() - now / 1000))
    except (ValueError, OverflowError):
        return None
