"""Windows of calendar days: which days count on which day, and on which later days that changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.domain.local_days import LocalDays, date_of, number_of
from crm.domain.metrics.metric import horizon_for
from crm.domain.metrics.tables import ALL_DAYS, NO_DAYS
from crm.domain.segments.calendar_periods import LONGEST, LONGEST_TWO, period_begins, period_of, turns_of
from crm.domain.times import HOUR_MS, MINUTE_MS

MOST_HOURS = 72
"""Of a window below a day."""

_LAST_INSTANT = 1 << 60
_FIRST_DAY, _LAST_DAY = -(1 << 40), 1 << 40


@dataclass(frozen=True, slots=True)
class Window:
    """`rolling`: days from `earliest` to `latest` days ago (both included, 0 is today); else days from one date to
    another (by number, both included). EVER is without a beginning or an end.
    """

    earliest: int
    latest: int
    rolling: bool = False

    def bounds(self, today: int) -> tuple[int, int]:
        """The first and the last day that count today."""
        return (today - self.earliest, today - self.latest) if self.rolling else (self.earliest, self.latest)

    def includes(self, day: int, today: int) -> bool:
        """Whether a day counts today."""
        first, last = self.bounds(today)
        return first <= day <= last

    def turns(self, days: Iterable[int], today: int) -> list[int]:
        """The later days on which one of these days begins to count, or ceases to, in their order."""
        if not self.rolling:
            return []
        turning = {turn for day in days for turn in (day + self.latest, day + self.earliest + 1)}
        return sorted(turn for turn in turning if turn > today)

    def lasts(self, day: int) -> tuple[int, int]:
        """Of a rolling one: the first day on which a day counts, and the first on which it does no more."""
        return day + self.latest, day + self.earliest + 1

    @property
    def only_ebbs(self) -> bool:
        """Whether no day begins to count later than today: time alone only takes days away."""
        return self.rolling and self.latest == 0

    @property
    def horizon(self) -> int:
        """How far back a metric must keep its days for this window."""
        if self == EVER:
            return NO_DAYS
        return horizon_for(self.earliest) if self.rolling else ALL_DAYS


@dataclass(frozen=True, slots=True)
class PeriodWindow(Window):
    """The calendar period that today is in, or the one `later` (-1: the one before). `to_date`: until today."""

    period: str = ""
    later: int = 0
    to_date: bool = False

    def bounds(self, today: int) -> tuple[int, int]:
        first, last = period_of(self.period, today, self.later)
        return first, today if self.to_date else last

    def turns(self, days: Iterable[int], today: int) -> list[int]:
        turning = {turn for day in days for turn in turns_of(self.period, day, self.later)}
        turning |= set(days) if self.to_date else set()
        return sorted(turn for turn in turning if turn > today)

    def lasts(self, day: int) -> tuple[int, int]:
        begins, behind = (period_begins(self.period, day, later - self.later) for later in (0, 1))
        return max(begins, day) if self.to_date else begins, behind

    @property
    def only_ebbs(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class InstantWindow:
    """Instants less than `earliest` and at least `latest` ms ago; 0: without an end."""

    earliest: int
    latest: int

    def bounds(self, now: int) -> tuple[int, int]:
        """The first and the last instant that counts now (epoch ms)."""
        return now - self.earliest + 1, now - self.latest if self.latest else _LAST_INSTANT

    def includes(self, at: int, now: int) -> bool:
        """Whether an instant counts now."""
        first, last = self.bounds(now)
        return first <= at <= last

    def lasts(self, instant: int) -> tuple[int, int]:
        """From when until when an instant counts."""
        return instant + self.latest if self.latest else -_LAST_INSTANT, instant + self.earliest

    def turns(self, instants: Iterable[int], now: int) -> list[int]:
        """The later instants at which one of these begins to count, or ceases to, in their order."""
        lags = (self.latest, self.earliest) if self.latest else (self.earliest,)
        return sorted({at + lag for at in instants for lag in lags if at + lag > now})


PERIOD_WINDOWS = ("this", "to_date", "last")
"""Names of windows that take a period."""

EVER = Window(_FIRST_DAY, _LAST_DAY)


def window_of(said: dict[str, Any] | None) -> Window:
    """The window that a condition holds under one of the names of `_WINDOWS`."""
    if not said:
        return EVER
    ((name, value),) = said.items()
    return _WINDOWS[name](value)


def told_days(window: Window, days: LocalDays, at: int) -> dict[str, Any]:
    """The days that count at an instant."""
    if window == EVER:
        return {}
    first, last = window.bounds(days.day_of(at))
    told = {"from": first, "to": last}
    return {name: date_of(day).isoformat() for name, day in told.items() if abs(day) < 1 << 20}


def instant_window_of(said: dict[str, Any] | None) -> InstantWindow | None:
    """The same of a window in hours and minutes; None where it is of days."""
    if not said:
        return None
    ((name, value),) = said.items()
    if name == WITHIN:
        return InstantWindow(milliseconds_in(value), 0)
    if name in AGO:
        near, far = (number * AGO[name] for number in value)
        return InstantWindow(far, near)
    return None


def milliseconds_in(duration: Mapping[str, int]) -> int:
    """Of so many `hours` and `minutes`."""
    return duration.get("hours", 0) * HOUR_MS + duration.get("minutes", 0) * MINUTE_MS


def counts_in(said: dict[str, Any] | None, days: LocalDays) -> Callable[[int, int], bool]:
    """Whether an instant counts at a later one (epoch ms), by whatever window."""
    if recent := instant_window_of(said):
        return recent.includes
    window = window_of(said)
    return lambda at, now: window.includes(days.day_of(at), days.day_of(now))


WITHIN = "within"
AGO = {"hours_ago": HOUR_MS, "minutes_ago": MINUTE_MS}


def _day(text: str) -> int:
    return number_of(date.fromisoformat(text))


def _this(period: str, *, to_date: bool = False) -> Window:
    return PeriodWindow(LONGEST[period] - 1, 0, rolling=True, period=period, to_date=to_date)


def _last(period: str) -> Window:
    return PeriodWindow(LONGEST_TWO[period] - 1, 1, rolling=True, period=period, later=-1)


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
