"""Measures: one number or value of the activities in a window, such as their count, a sum, or the last value of a
property.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from operator import itemgetter
from typing import Any

from crm.domain.conditions.condition import NEVER, Span
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.windows import Window, window_of
from crm.domain.local_days import LocalDays
from crm.domain.metrics.metric import COUNT, DISTINCT, FIRST, LAST, MAX, MICRO, MIN, SUM, Metric, values_for
from crm.domain.metrics.selector import selector_of
from crm.domain.metrics.tables import ALL_DAYS, MAX_HASHES, NO_DAYS, Days, combine

AVERAGE, DISTINCT_DAYS, DISTINCT_VALUES = "average", "distinct_days", "distinct_values"
FUNCTIONS = (COUNT, SUM, AVERAGE, MIN, MAX, FIRST, LAST, DISTINCT_DAYS, DISTINCT_VALUES)
WITHOUT_PROPERTY = (COUNT, DISTINCT_DAYS)
_KEPT_FOR = {AVERAGE: SUM, DISTINCT_DAYS: COUNT, DISTINCT_VALUES: DISTINCT}
MAX_DISTINCT_VALUES = max(MAX_HASHES.values())
"""Maximum distinct values that are counted exactly: more count as this many."""

_Value = Any
"""An exact Fraction or int, a plain value of a property, or None if there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A `function` of the values of a metric in a window.

    Without activities, a count and a sum are 0; other functions have no value.
    """

    function: str
    metric: Metric
    window: Window
    days: LocalDays

    def at(self, facts: Facts, at: int) -> _Value:
        """Return the value at an instant (epoch ms)."""
        today = self.days.day_of(at)
        first, last = self.window.bounds(today)
        kept = facts.days_of(self.metric, first)
        if self.metric.horizon == NO_DAYS:
            return _SHOWN[self.function](kept.get(0))
        if self.function == COUNT:
            return sum([number for day, number in kept.items() if first <= day <= last])
        if self.function == DISTINCT_DAYS:
            return sum([1 for day in kept if first <= day <= last])
        return _SHOWN[self.function](self._merged(kept, first, last))

    def span_as_days_leave(self, facts: Facts, today: int, passes: Callable[[_Value], bool]) -> Span | None:
        """Return whether today's value passes, and the instant at which that changes as days leave the window, oldest
        first.

        The values are those of `reader`. None if other changes are possible: then use `reader`.
        """
        part = _LEAVING.get(self.function)
        if part is None or not self.window.only_loses_days:
            return None
        first, begins = today - self.window.earliest, self.window.earliest + 1
        kept = facts.days_of(self.metric, first)
        inside = sorted([day for day in kept if day >= first])
        if inside and inside[-1] > today:
            return None
        left = sum([part(kept[day]) for day in inside])
        holds = passes(left)
        for day in inside:
            left -= part(kept[day])
            if passes(left) is not holds:
                is_a_day = self.days.existing_day(day + begins) == day + begins
                return (holds, self.days.begins(day + begins)) if is_a_day else None
        return holds, NEVER

    def reader(self, facts: Facts, today: int) -> Callable[[int], _Value]:
        """Return a function from today or any later day to the value then, if nothing happens until that day.

        Values of kept whole numbers are multiplied by `scale`: there are many days, and fractions are slow.
        """
        kept = facts.days_of(self.metric, self.window.bounds(today)[0])
        if self.metric.horizon == NO_DAYS:
            value = self._scaled(kept.get(0))
            return lambda _today: value
        add_up = _ADDING.get(self.function)
        if add_up:
            return self._running(kept, add_up)
        return lambda today: self._scaled(self._merged(kept, *self.window.bounds(today)))

    def ever(self, facts: Facts) -> _Value:
        """Return the value, as of `reader`, of a metric without days, which time does not change."""
        return self._scaled(facts.days_of(self.metric, self.window.earliest).get(0))

    def _scaled(self, kept: Any) -> _Value:
        if self.function in (MIN, MAX):
            return kept
        if self.function == SUM:
            return kept[1] if kept else 0
        return _SHOWN[self.function](kept)

    @property
    def scale(self) -> int:
        """Return the factor by which the values of `reader` and `ever` are enlarged."""
        return MICRO if self.function in (SUM, MIN, MAX) else 1

    def change_days(self, facts: Facts, at: int) -> list[int]:
        """Return the later days on which time alone may change the value."""
        if not self.window.rolling:
            return []
        today = self.days.day_of(at)
        return self.window.change_days(facts.days_of(self.metric, self.window.bounds(today)[0]), today)

    def until(self, facts: Facts, at: int) -> int:
        """Return the first later instant at which time alone may change the value."""
        change_days = self.change_days(facts, at)
        return self.days.begins(change_days[0]) if change_days else NEVER

    def _running(
        self, kept: Days, add_up: tuple[Callable[[Any], Any], Callable[[Any, Any], _Value]]
    ) -> Callable[[int], _Value]:
        """Return the value of any range of days by two look-ups: there are many days, and each may change the value."""
        part, difference = add_up
        order = sorted(kept)
        sums = list(accumulate((part(kept[day]) for day in order), _added, initial=(0, 0)))

        def value(today: int) -> _Value:
            first, last = self.window.bounds(today)
            low, high = bisect_left(order, first), bisect_right(order, last)
            return difference(sums[low], sums[max(low, high)])

        return value

    def _merged(self, kept: Days, first: int, last: int) -> Any:
        found = None
        for day, one in kept.items():
            if first <= day <= last:
                found = one if found is None else combine(self.metric.id, found, one)
        return found


Pair = tuple[int, int]


def _added(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], one[1] + other[1]


def _mean(before: Pair, behind: Pair) -> _Value:
    numbers = behind[0] - before[0]
    return Fraction(behind[1] - before[1], numbers * MICRO) if numbers else None


_ADDING: dict[str, tuple[Callable[[Any], Pair], Callable[[Pair, Pair], _Value]]] = {
    COUNT: (lambda kept: (kept, 0), lambda before, behind: behind[0] - before[0]),
    DISTINCT_DAYS: (lambda _kept: (1, 0), lambda before, behind: behind[0] - before[0]),
    SUM: (tuple, lambda before, behind: behind[1] - before[1]),
    AVERAGE: (tuple, _mean),
}
_LEAVING: dict[str, Callable[[Any], int]] = {
    COUNT: lambda kept: kept,
    DISTINCT_DAYS: lambda _kept: 1,
    SUM: itemgetter(1),
}
"""The part of the value that a day takes away when it leaves the window."""

_SHOWN: dict[str, Callable[[Any], _Value]] = {
    COUNT: lambda kept: kept or 0,
    DISTINCT_VALUES: lambda kept: len(kept or ()),
    SUM: lambda kept: Fraction(kept[1], MICRO) if kept else 0,
    AVERAGE: lambda kept: Fraction(kept[1], kept[0] * MICRO) if kept else None,
    MIN: lambda kept: None if kept is None else Fraction(kept, MICRO),
    MAX: lambda kept: None if kept is None else Fraction(kept, MICRO),
    FIRST: lambda kept: None if kept is None else kept[2],
    LAST: lambda kept: None if kept is None else kept[2],
}


def measure_of(definition: dict[str, Any], days: LocalDays, most: int = MAX_DISTINCT_VALUES) -> Measure:
    """Build the measure of a condition or an aggregate: `function`, `property`, `window`, and the parts of a
    selector.

    `most`: the largest number of distinct values that makes a difference.
    """
    function, window = definition.get("function", COUNT), window_of(definition.get("window"))
    horizon = window.horizon
    if function == DISTINCT_DAYS and horizon == NO_DAYS:
        horizon = ALL_DAYS
    kind = _KEPT_FOR.get(function, function)
    distinct = values_for(most) if kind == DISTINCT else 0
    metric = Metric(kind, selector_of(definition), definition.get("property"), horizon, days.name, distinct)
    return Measure(function, metric, window, days)


def json_number(value: _Value) -> Any:
    """Return the value as JSON: whole numbers as such."""
    if not isinstance(value, Fraction):
        return value
    return int(value) if value.denominator == 1 else float(value)
