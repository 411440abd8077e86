"""Windows of calendar days: which days count on which day, and on which later days that changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.domain.conditions.calendar_periods import (
    MAX_DAYS_OF_TWO,
    PERIOD_DAYS,
    boundary_days,
    period_begins,
    period_of,
)
from crm.domain.local_days import LocalDays, date_of_day, day_number
from crm.domain.metrics.metric import horizon_for
from crm.domain.metrics.tables import ALL_DAYS, NO_DAYS
from crm.domain.times import HOUR_MS, MINUTE_MS

MAX_HOURS = 72
"""Maximum hours of a window below a day."""

_LAST_INSTANT = 1 << 60
_FIRST_DAY, _LAST_DAY = -(1 << 40), 1 << 40


@dataclass(frozen=True, slots=True)
class Window:
    """A window of days.

    `rolling`: from `earliest` to `latest` days ago (both included, 0 is today); else from one date to another (by
    number, both included). EVER has no beginning and no end.
    """

    earliest: int
    latest: int
    rolling: bool = False

    def bounds(self, today: int) -> tuple[int, int]:
        """Return the first and the last day that count today."""
        return (today - self.earliest, today - self.latest) if self.rolling else (self.earliest, self.latest)

    def includes(self, day: int, today: int) -> bool:
        """Return whether a day counts today."""
        first, last = self.bounds(today)
        return first <= day <= last

    def change_days(self, days: Iterable[int], today: int) -> list[int]:
        """Return the later days on which one of these days begins or ceases to count, in order."""
        if not self.rolling:
            return []
        found = {change for day in days for change in (day + self.latest, day + self.earliest + 1)}
        return sorted(change for change in found if change > today)

    def lasts(self, day: int) -> tuple[int, int]:
        """Return the numbers of the days on which an event of this day enters and leaves a rolling window."""
        return day + self.latest, day + self.earliest + 1

    @property
    def only_loses_days(self) -> bool:
        """Return whether no further day begins to count after today: time alone only takes days away."""
        return self.rolling and self.latest == 0

    @property
    def horizon(self) -> int:
        """Return how far back a metric must keep its days for this window."""
        if self == EVER:
            return NO_DAYS
        return horizon_for(self.earliest) if self.rolling else ALL_DAYS


@dataclass(frozen=True, slots=True)
class PeriodWindow(Window):
    """The calendar period that contains today, or the one `later` periods on (-1: the one before).

    `to_date`: until today.
    """

    period: str = ""
    later: int = 0
    to_date: bool = False

    def bounds(self, today: int) -> tuple[int, int]:
        first, last = period_of(self.period, today, self.later)
        return first, today if self.to_date else last

    def change_days(self, days: Iterable[int], today: int) -> list[int]:
        found = {change for day in days for change in boundary_days(self.period, day, self.later)}
        found |= set(days) if self.to_date else set()
        return sorted(change for change in found if change > today)

    def lasts(self, day: int) -> tuple[int, int]:
        begins, behind = (period_begins(self.period, day, later - self.later) for later in (0, 1))
        return max(begins, day) if self.to_date else begins, behind

    @property
    def only_loses_days(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class InstantWindow:
    """Instants less than `earliest` and at least `latest` ms ago; 0: without an end."""

    earliest: int
    latest: int

    def bounds(self, now: int) -> tuple[int, int]:
        """Return the first and the last instant that count now (epoch ms)."""
        return now - self.earliest + 1, now - self.latest if self.latest else _LAST_INSTANT

    def includes(self, at: int, now: int) -> bool:
        """Return whether an instant counts now."""
        first, last = self.bounds(now)
        return first <= at <= last

    def lasts(self, instant: int) -> tuple[int, int]:
        """Return from when until when an instant counts (epoch ms)."""
        return instant + self.latest if self.latest else -_LAST_INSTANT, instant + self.earliest

    def change_instants(self, instants: Iterable[int], now: int) -> list[int]:
        """Return the later instants at which one of these begins or ceases to count, in order."""
        lags = (self.latest, self.earliest) if self.latest else (self.earliest,)
        return sorted({at + lag for at in instants for lag in lags if at + lag > now})


PERIOD_WINDOWS = ("this", "to_date", "last")
"""Names of windows that take a period."""

EVER = Window(_FIRST_DAY, _LAST_DAY)


def window_of(definition: dict[str, Any] | None) -> Window:
    """Read the window of a condition, under one of the names of `_WINDOWS`."""
    if not definition:
        return EVER
    ((name, value),) = definition.items()
    return _WINDOWS[name](value)


def day_evidence(window: Window, days: LocalDays, at: int) -> dict[str, Any]:
    """Return the first and the last day that count at an instant, for evidence."""
    if window == EVER:
        return {}
    first, last = window.bounds(days.day_of(at))
    shown = {"from": first, "to": last}
    return {name: date_of_day(day).isoformat() for name, day in shown.items() if abs(day) < 1 << 20}


def instant_window_of(definition: dict[str, Any] | None) -> InstantWindow | None:
    """Read a window in hours and minutes; return None for one of days."""
    if not definition:
        return None
    ((name, value),) = definition.items()
    if name == WITHIN:
        return InstantWindow(milliseconds_in(value), 0)
    if name in AGO:
        near, far = (number * AGO[name] for number in value)
        return InstantWindow(far, near)
    return None


def milliseconds_in(duration: Mapping[str, int]) -> int:
    """Convert this many `hours` and `minutes` to milliseconds."""
    return duration.get("hours", 0) * HOUR_MS + duration.get("minutes", 0) * MINUTE_MS


def counts_in(definition: dict[str, Any] | None, days: LocalDays) -> Callable[[int, int], bool]:
    """Return a test whether an instant counts at a later one (epoch ms), for either kind of window."""
    if recent := instant_window_of(definition):
        return recent.includes
    window = window_of(definition)
    return lambda at, now: window.includes(days.day_of(at), days.day_of(now))


WITHIN = "within"
AGO = {"hours_ago": HOUR_MS, "minutes_ago": MINUTE_MS}


def _day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def _this(period: str, *, to_date: bool = False) -> Window:
    return PeriodWindow(PERIOD_DAYS[period] - 1, 0, rolling=True, period=period, to_date=to_date)


def _last(period: str) -> Window:
    return PeriodWindow(MAX_DAYS_OF_TWO[period] - 1, 1, rolling=True, period=period, later=-1)


_WINDOWS: dict[str, Callable[[Any], Window]] = {
    "within_days": lambda days: Window(days - 1, 0, rolling=True),
    "days_ago": lambda pair: Window(pair[1], pair[0], rolling=True),
    "this": _this,
    "to_date": lambda period: _this(period, to_date=True),
    "last": _last,
    "between": lambda pair: Window(_day(pair[0]), _day(pair[1])),
    "after": lambda day: Window(_day(day) + 1, _LAST_DAY),
    "before": lambda day: Window(_FIRST_DAY, _day(day) - 1),
    "on": lambda day: Window(_day(day), _day(day)),
}
