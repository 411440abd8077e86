"""The operators of conditions and list filters over dates."""

from collections.abc import Callable
from dataclasses import dataclass

RELATIVE, CALENDAR, ABSOLUTE = "relative", "calendar", "absolute"
"""Kinds of operators: a number of days from today, a calendar period, a day or an instant."""

_Passes = Callable[[int, int, int], bool]
"""A test of a day, today and a number of days."""


@dataclass(frozen=True, slots=True)
class DateOperator:
    """An operator over dates.

    `meaning` says in the docs which dates pass. `passes`: of a RELATIVE operator the test. `later`: of a CALENDAR
    operator the number of periods from today's to the one that must contain the day. `order`: of an ABSOLUTE operator
    how the date compares with the operand (-1, 0 or 1). `in_lists`: list filters have it.
    """

    kind: str
    meaning: str
    passes: _Passes = lambda _day, _today, _days: False
    later: int = 0
    order: int = 0
    in_lists: bool = False


DATE_OPERATOR_TABLE = {
    "more_than_days_ago": DateOperator(
        RELATIVE,
        "more than this number of calendar days ago",
        lambda day, today, days: day < today - days,
        in_lists=True,
    ),
    "exactly_days_ago": DateOperator(
        RELATIVE,
        "exactly this number of calendar days ago; 0 is today",
        lambda day, today, days: day == today - days,
        in_lists=True,
    ),
    "less_than_days_ago": DateOperator(
        RELATIVE,
        "less than this number of calendar days ago; 1 is today",
        lambda day, today, days: today - days < day <= today,
        in_lists=True,
    ),
    "more_than_days_ahead": DateOperator(
        RELATIVE,
        "more than this number of calendar days ahead",
        lambda day, today, days: day > today + days,
    ),
    "exactly_days_ahead": DateOperator(
        RELATIVE,
        "exactly this number of calendar days ahead; 0 is today",
        lambda day, today, days: day == today + days,
    ),
    "less_than_days_ahead": DateOperator(
        RELATIVE,
        "less than this number of calendar days ahead; 1 is today",
        lambda day, today, days: today <= day < today + days,
    ),
    "this": DateOperator(CALENDAR, "in the current calendar period"),
    "last": DateOperator(CALENDAR, "in the calendar period before the current one", later=-1),
    "next": DateOperator(CALENDAR, "in the calendar period after the current one", later=1),
    "after": DateOperator(ABSOLUTE, "after this day or instant", order=1, in_lists=True),
    "before": DateOperator(ABSOLUTE, "before this day or instant", order=-1, in_lists=True),
    "on": DateOperator(ABSOLUTE, "on this day", in_lists=True),
    "between": DateOperator(ABSOLUTE, "from the first to the second of two days or instants, both included"),
}
"""The operators. The models of the API, list filters and the docs read this table."""


def operators_of(*kinds: str) -> tuple[str, ...]:
    """Return the names of the operators of these kinds."""
    return tuple(name for name, row in DATE_OPERATOR_TABLE.items() if row.kind in kinds)
