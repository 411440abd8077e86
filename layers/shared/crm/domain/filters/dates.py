"""Filters over dates, by calendar days, with the meaning of `crm.domain.conditions.time_conditions`.

A customer without such a date passes none of them.
"""

from collections.abc import Callable
from datetime import date
from operator import eq, gt, lt
from typing import Any

from crm.domain.filters.calendar import Calendar
from crm.domain.filters.card import Card, Predicate

FIELDS = {"created": "created", "last_activity": "last_seen", "last_transaction": "last_transaction"}
"""Fields by name, with their names on the card."""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "after": gt,
    "before": lt,
    "on": eq,
    "more_than_days_ago": lt,
    "exactly_days_ago": eq,
    "less_than_days_ago": gt,
}
ABSOLUTE = ("after", "before", "on")
RELATIVE = ("more_than_days_ago", "exactly_days_ago", "less_than_days_ago")
OPERATORS = (*ABSOLUTE, *RELATIVE)


def date_filter(field: str, operator: str, value: int | str, calendar: Calendar) -> Predicate:
    """Return a filter over a date.

    `value`: days for a relative operator, else a day (`2026-11-21`) or an instant (epoch ms).
    """
    name, compare, limit = FIELDS[field], _COMPARE[operator], _limit(operator, value, calendar)
    # A date in the future is no number of days ago: clocks of clients may be wrong.
    latest = calendar.days_ago(0) if operator == "less_than_days_ago" else date.max

    def passes(card: Card) -> bool:
        at = card.get(name)
        if at is None:
            return False
        if not isinstance(limit, date):
            return compare(at, limit)
        day = calendar.day_of(at)
        return compare(day, limit) and day <= latest

    return passes


def _limit(operator: str, value: int | str, calendar: Calendar) -> date | int:
    if operator in RELATIVE:
        return calendar.days_ago(int(value))
    if isinstance(value, str):
        return date.fromisoformat(value)
    return calendar.day_of(value) if operator == "on" else value
