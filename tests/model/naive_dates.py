"""Windows and date conditions, without the product's code: for `tests.model.naive_segments`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.model.naive_people import EPOCH, first_instant, local_day

CACHED_DAYS = 50_000
"""Tests need the same days for each condition, so their results are cached."""


def in_window(day: date, window: dict[str, Any] | None, today: date) -> bool:
    """Return whether a day is in the window today."""
    if not window:
        return True
    ((name, value),) = window.items()
    ago = (today - day).days
    if name == "within_days":
        return 0 <= ago < int(value)
    if name == "days_ago":
        return int(value[0]) <= ago <= int(value[1])
    if name in ("this", "to_date", "last"):
        return in_period(day, value, today, name) and (name != "to_date" or day <= today)
    if name == "between":
        return date.fromisoformat(value[0]) <= day <= date.fromisoformat(value[1])
    limit = date.fromisoformat(value)
    return {"after": day > limit, "before": day < limit, "on": day == limit}[name]


def in_period(day: date, period: str, today: date, which: str) -> bool:
    """Return whether a day is in today's calendar period (`this`, `to_date`), or in the `last` or `next` one."""
    return PERIODS[period](day) == _period_meant(period, today, which)


@lru_cache(CACHED_DAYS)
def _period_meant(period: str, today: date, which: str) -> tuple[int, ...]:
    name = PERIODS[period]
    other = today
    while which in ("last", "next") and name(other) == name(today):
        other += timedelta(days=-1 if which == "last" else 1)
    return name(other)


PERIODS: dict[str, Callable[[date], tuple[int, ...]]] = {
    "week": lambda day: day.isocalendar()[:2],
    "month": lambda day: (day.year, day.month),
    "quarter": lambda day: (day.year, (day.month + 2) // 3),
    "year": lambda day: (day.year,),
}


def moment_holds(condition: dict[str, Any], value: Any, zone: ZoneInfo, today: date) -> bool:
    """Return whether a date condition holds today for an instant (epoch ms) or an attribute's value."""
    instant, day = (value, None) if isinstance(value, int) else (_instant_in(value), _day_of(value))
    if day is None and instant is None:
        return False
    there = day or local_day(instant or 0, zone)
    if "ago" in condition["operator"] or "ahead" in condition["operator"]:
        return _relative(condition, there, today)
    if condition["operator"] in ("this", "last", "next"):
        days = _occurrences(there, today, 2) if condition.get("yearly") else [there]
        return any(in_period(each, condition["value"], today, condition["operator"]) for each in days)
    if condition["operator"] == "on" and len(condition["value"]) > len("2026-11-21"):
        return there == local_day(instant_of(condition["value"]) or 0, zone)
    if condition["operator"] == "between":
        return all(
            _absolute(there, instant, end, zone) in allowed
            for end, allowed in zip(condition["value"], ((0, 1), (0, -1)), strict=True)
        )
    return (
        _absolute(there, instant, condition["value"], zone)
        == {"after": 1, "before": -1, "on": 0}[condition["operator"]]
    )


def _absolute(day: date, instant: int | None, limit: str, zone: ZoneInfo) -> int:
    """Return -1, 0 or 1: before, at or after a day or an instant."""
    if len(limit) == len("2026-11-21"):
        return (day > date.fromisoformat(limit)) - (day < date.fromisoformat(limit))
    then = instant_of(limit) or 0
    at = first_instant(day, zone) if instant is None else instant
    return (at > then) - (at < then)


def _relative(condition: dict[str, Any], day: date, today: date) -> bool:
    operator, value = condition["operator"], timedelta(days=condition["value"])
    if operator.endswith("ago"):
        there = max(d for d in _occurrences(day, today) if d <= today) if condition.get("yearly") else day
        return {
            "more_than_days_ago": there < today - value,
            "exactly_days_ago": there == today - value,
            "less_than_days_ago": today - value < there <= today,
        }[operator]
    there = min(d for d in _occurrences(day, today) if d >= today) if condition.get("yearly") else day
    return {
        "more_than_days_ahead": there > today + value,
        "exactly_days_ahead": there == today + value,
        "less_than_days_ahead": today <= there < today + value,
    }[operator]


def _occurrences(day: date, today: date, years: int = 1) -> list[date]:
    return [_in_year(day, year) for year in range(today.year - years, today.year + years + 1)]


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _day_of(value: Any) -> date | None:
    """Return the day of a text of ten characters, or None."""
    return date_of(value) if isinstance(value, str) and len(value.strip()) == len("2026-11-21") else None


def _instant_in(value: Any) -> int | None:
    return instant_of(value) if isinstance(value, str) and _day_of(value) is None else None


class WrittenDate(NamedTuple):
    """A day, or an instant, as it is written."""

    at: datetime
    is_day: bool

    @property
    def instant(self) -> int:
        """Epoch ms; without an offset, in UTC."""
        aware = self.at if self.at.tzinfo else self.at.replace(tzinfo=UTC)
        return (aware - EPOCH) // timedelta(milliseconds=1)

    @property
    def day(self) -> date:
        """The given day, or the instant's day in UTC."""
        return self.at.date() if self.is_day else (EPOCH + timedelta(milliseconds=self.instant)).date()


def read_date(value: Any) -> WrittenDate | None:
    """Return the date, the instant or the epoch number in a value, or None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    with suppress(ValueError):
        return _written(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return _counted(number) if number.is_finite() and abs(number) >= 10**8 else None


def _written(text: str) -> WrittenDate:
    if text.count(".") == 2 and len(text) <= len("21.11.2026"):
        number, month, year = map(int, text.split("."))
        return _midnight(date(year, month, number))
    if text.isdigit():
        if len(text) != len("20261121"):
            raise ValueError
        return _midnight(date.fromisoformat(text))
    day, rest = text[: len("2026-11-21")], text[len("2026-11-21") :]
    if rest[:1] in ("+", "-", "Z"):
        return WrittenDate(datetime.fromisoformat(f"{day}T00:00{rest}"), is_day=True)
    return WrittenDate(datetime.fromisoformat(text), is_day=not rest)


def _midnight(day: date) -> WrittenDate:
    return WrittenDate(datetime.combine(day, time.min), is_day=True)


def _counted(number: Decimal) -> WrittenDate | None:
    """Read a number as seconds if that is a year from 1900 to 2099, else as milliseconds."""
    for unit in (1000, 1):
        with suppress(OverflowError):
            at = EPOCH + timedelta(milliseconds=int(number * unit))
            if unit == 1 or 1900 <= at.year < 2100:
                return WrittenDate(at, is_day=False)
    return None


def is_written(text: Any) -> bool:
    """Return whether a text is a date, but not an epoch number."""
    if not isinstance(text, str) or read_date(text) is None:
        return False
    with suppress(ValueError):
        return bool(_written(text.strip()))
    return False


@lru_cache(CACHED_DAYS)
def date_of(text: str) -> date | None:
    """Return the date of `2026-11-21`, `21.11.2026`, or of an instant (in UTC)."""
    at = instant_of(text)
    return None if at is None else (EPOCH + timedelta(milliseconds=at)).date()


@lru_cache(CACHED_DAYS)
def instant_of(text: str) -> int | None:
    """Return the epoch ms of an ISO 8601 text or of a date's midnight, in UTC without an offset."""
    with suppress(ValueError):
        if text.count(".") == 2 and len(text) == len("21.11.2026"):
            text = datetime.strptime(text, "%d.%m.%Y").replace(tzinfo=UTC).isoformat()
        moment = datetime.fromisoformat(text.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware - EPOCH) // timedelta(milliseconds=1)
    return None
