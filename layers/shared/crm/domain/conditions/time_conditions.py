"""Conditions over dates: how many days ago or ahead, before, on, after, between; also in each year."""

import calendar
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.domain.attribute_reader import AttributeReader
from crm.domain.conditions.calendar_periods import BEHIND_ALL, boundary_days, period_of
from crm.domain.conditions.condition import NEVER, Holds, Node, Span, Spans, timed, timeless
from crm.domain.conditions.date_operators import ABSOLUTE, DATE_OPERATOR_TABLE, RELATIVE
from crm.domain.conditions.facts import Facts
from crm.domain.local_days import LocalDays, date_of_day, day_number
from crm.domain.operators import day_or_instant_of_text, milliseconds_of
from crm.domain.times import iso

PROFILE_DATES = ("created", "last_seen", "last_transaction")

_DATE_LENGTH = len("2026-11-21")
_MIN_YEAR_LENGTH = 365


def date_condition(condition: dict[str, Any], days: LocalDays, reader: AttributeReader) -> Node:
    """Build the condition on `field` (of the profile) or `attribute`, with `operator` and `value`; `yearly` tests the
    day of each year.
    """
    moment = _moment(condition, days, reader)
    facets = {f"attribute:{condition['attribute']}"} if "attribute" in condition else {condition["field"]}
    kind = DATE_OPERATOR_TABLE[condition["operator"]].kind

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        found = moment(facts)
        return {
            "value": None if found is None else _shown(*found),
            "today": date_of_day(days.day_of(at)).isoformat(),
        }

    if kind == ABSOLUTE:
        return timeless(condition, _absolute(condition, moment, days), facets, evidence)
    test = _relative(condition) if kind == RELATIVE else _in_period(condition)
    span, holds = _span(test, moment, days), _holds(test, moment, days)
    return timed(condition, span, facets, evidence, holds=holds, exact=True)


_Moment = tuple[int, int | None]
"""The day, and the instant (epoch ms) where it is known."""

MomentOf = Callable[[Facts], _Moment | None]


def _moment(condition: dict[str, Any], days: LocalDays, reader: AttributeReader) -> MomentOf:
    if "attribute" in condition:
        name = condition["attribute"]
        return lambda facts: moment_of(facts.attribute(name, reader), days)

    def of_profile(facts: Facts) -> _Moment | None:
        at = getattr(facts, condition["field"])
        return None if at is None else (days.day_of(at), at)

    return of_profile


def moment_of(value: Any, days: LocalDays) -> _Moment | None:
    """Read an attribute as a moment.

    A date is a day, whatever the time zone; an instant falls on its local day. A text may be either.
    """
    read = day_or_instant_of_text(value) if type(value) is str else None
    if read is None:
        return None
    if len(read) == _DATE_LENGTH:
        return day_number(date.fromisoformat(read)), None
    at = milliseconds_of(read)
    return days.day_of(at), at


def _shown(day: int, at: int | None) -> str:
    return date_of_day(day).isoformat() if at is None else iso(at)


@dataclass(frozen=True, slots=True)
class _DayTest:
    """A test of a day: whether it passes on another day, and the later days on which that can change, in order."""

    passes: Callable[[int, int], bool]
    changes: Callable[[int, int], Iterable[int]]


def _holds(test: _DayTest, moment: MomentOf, days: LocalDays) -> Holds:
    def holds(facts: Facts, at: int) -> bool:
        found = moment(facts)
        return found is not None and test.passes(found[0], days.day_of(at))

    return holds


def _span(test: _DayTest, moment: MomentOf, days: LocalDays) -> Spans:
    def span(facts: Facts, at: int) -> Span:
        found = moment(facts)
        if found is None:
            return False, NEVER
        day, today = found[0], days.day_of(at)
        now = test.passes(day, today)
        for change in test.changes(day, today):
            if test.passes(day, days.existing_day(change)) is not now:
                return now, days.begins(change)
        return now, NEVER

    return span


def _relative(condition: dict[str, Any]) -> _DayTest:
    passes, distance = DATE_OPERATOR_TABLE[condition["operator"]].passes, condition["value"]
    yearly, ahead = bool(condition.get("yearly")), condition["operator"].endswith("ahead")
    occurrence = _each_year if yearly else _once
    return _DayTest(
        lambda day, today: passes(occurrence(day, today, ahead), today, distance),
        lambda day, today: _change_days(day, today, distance, yearly=yearly),
    )


def _in_period(condition: dict[str, Any]) -> _DayTest:
    period, later = condition["value"], DATE_OPERATOR_TABLE[condition["operator"]].later
    yearly = bool(condition.get("yearly"))

    def bases(day: int, today: int) -> list[int]:
        year = date_of_day(today).year
        return [anniversary(day, each) for each in range(year - 1, year + 4)] if yearly else [day]

    def passes(day: int, today: int) -> bool:
        first, last = period_of(period, today, later)
        return any(first <= base <= last for base in bases(day, today))

    def changes(day: int, today: int) -> list[int]:
        found = {change for base in bases(day, today) for change in boundary_days(period, base, later)}
        return sorted(change for change in found if change > today)

    return _DayTest(passes, changes)


def _once(day: int, _today: int, _ahead: bool) -> int:
    return day


def _each_year(day: int, today: int, ahead: bool) -> int:
    """Return the anniversary that is today, or the next one (`ahead`), or the one before."""
    year = date_of_day(today).year
    own = anniversary(day, year)
    if ahead:
        return own if own >= today else anniversary(day, year + 1)
    return own if own <= today else anniversary(day, year - 1)


def anniversary(day: int, year: int) -> int:
    """Return the day in a year; 29 February is the 28th in a year without a 29th."""
    born = date_of_day(day)
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return day_number(date(year, 2, 28))
    return day_number(born.replace(year=year))


def _change_days(day: int, today: int, distance: int, *, yearly: bool) -> Iterator[int]:
    """Yield the later days on which the result can change, in order."""
    bases = [day]
    if yearly:
        year = date_of_day(today).year
        # The last day of a year of 366 days comes every fourth year; around 2100 every eighth.
        last = year + (3 if distance < _MIN_YEAR_LENGTH - 1 else 11)
        bases = [anniversary(day, each) for each in range(year - 1, last)]
    shifts = (-distance - 1, -distance, -distance + 1, 0, 1, distance, distance + 1)
    found = {base + shift for base in bases for shift in shifts}
    yield from sorted(change for change in found if today < change < BEHIND_ALL)


def _absolute(condition: dict[str, Any], moment: MomentOf, days: LocalDays) -> Holds:
    passes = _compared(condition["operator"], condition["value"], days)

    def holds(facts: Facts, _at: int) -> bool:
        found = moment(facts)
        return found is not None and passes(*found)

    return holds


def _compared(operator: str, value: Any, days: LocalDays) -> Callable[[int, int | None], bool]:
    if operator == "between":
        first, last = (_compared_to(end, days) for end in value)
        return lambda day, at: first(day, at) >= 0 and last(day, at) <= 0
    if operator == "on" and len(value) > _DATE_LENGTH:
        value = date_of_day(days.day_of(milliseconds_of(value))).isoformat()
    order = _compared_to(value, days)
    wanted = DATE_OPERATOR_TABLE[operator].order
    return lambda day, at: order(day, at) == wanted


def _compared_to(text: str, days: LocalDays) -> Callable[[int, int | None], int]:
    """Return a comparison: -1, 0 or 1 for a moment before, on or after a day or an instant; a day counts from its
    beginning.
    """
    if len(text) == _DATE_LENGTH:
        limit = day_number(date.fromisoformat(text))
        return lambda day, _at: (day > limit) - (day < limit)
    instant = milliseconds_of(text)

    def compare(day: int, at: int | None) -> int:
        moment = days.begins(day) if at is None else at
        return (moment > instant) - (moment < instant)

    return compare
