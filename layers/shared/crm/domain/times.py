"""Instants: epoch milliseconds (int) inside, ISO 8601 in UTC with milliseconds outside."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
DAY_S = 86_400

_EARLIEST = 0
_LATEST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z, the last instant ISO 8601 writes in four digits
_SECONDS_BELOW = (
    100_000_000_000  # epoch numbers below this are seconds: as ms they would be before March 1973
)


def parse_time(value: Any) -> int | None:
    """Parse an ISO 8601 text (any offset; none means UTC) or an epoch number (s or ms) to epoch milliseconds.

    Return None when it is neither, or lies outside the years 1970 to 9999.
    """
    if isinstance(value, str):
        milliseconds = _parse_iso(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        milliseconds = _parse_epoch(value)
    else:
        return None
    if milliseconds is None or not _EARLIEST <= milliseconds <= _LATEST:
        return None
    return milliseconds


def _parse_iso(text: str) -> int | None:
    try:
        # Nearly all times end in Z; without it they are parsed as naive UTC, which is faster.
        moment = datetime.fromisoformat(text.strip().removesuffix("Z"))
        delta = (moment if moment.tzinfo is None else _in_utc(moment)) - _EPOCH
    except (ValueError, OverflowError):
        return None
    return delta.days * DAY_MS + delta.seconds * 1000 + delta.microseconds // 1000


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _parse_epoch(number: float) -> int | None:
    try:
        return int(number * 1000) if abs(number) < _SECONDS_BELOW else int(number)
    except (ValueError, OverflowError):  # NaN, infinity
        return None


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - without a zone, arithmetic takes a third of the time


def iso(milliseconds: int) -> str:
    """Format an instant as `2026-11-21T19:30:00.123Z`: fixed width, so that text order is time order."""
    minute, rest = divmod(milliseconds, MINUTE_MS)
    return f"{_minute(minute)}:{rest // 1000:02d}.{rest % 1000:03d}Z"


def iso_or_none(milliseconds: int | None) -> str | None:
    """Format an instant as `iso` does; None stays None."""
    return None if milliseconds is None else iso(milliseconds)


@lru_cache(maxsize=1024)
def _minute(number: int) -> str:
    """Format the minute of an instant; cached, because many events share one."""
    return (_EPOCH + timedelta(minutes=number)).isoformat()[:16]


def date_of(milliseconds: int) -> str:
    """Return the UTC date, `2026-11-21`."""
    return iso(milliseconds)[: len("2026-11-21")]


def day_of(milliseconds: int) -> int:
    """Return the number of the UTC day since 1970-01-01."""
    return milliseconds // DAY_MS
