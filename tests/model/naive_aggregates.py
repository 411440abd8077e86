"""Compute counts, sums and other functions of activities, and compare them: for `tests.model.naive_segments`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crm.domain.activity import Activity
from tests.model.naive_activities import ConditionJson, activities_that_count
from tests.model.naive_orders import AMOUNTS, amount_in, meaning_of
from tests.model.naive_people import Person
from tests.model.naive_values import compare_numbers, decimal_of, passes, spelled, values_at


def event_holds(condition: ConditionJson, person: Person, now: int) -> bool:
    """Return whether the function of the activities that count compares as the condition demands."""
    value, operator, operand = (
        measured(condition, person, now),
        condition.get("operator", "at_least"),
        condition.get("value", 1),
    )
    if condition.get("function") in ("first", "last"):
        return passes(value, operator, condition.get("value"))
    if value is None:
        return bool(operator == "not_equals")
    return compare_numbers(Fraction(value), operator, operand)


def top_holds(condition: ConditionJson, person: Person, now: int) -> bool:
    """Return whether a positive aggregate reaches the snapshot's threshold; False before the first snapshot."""
    threshold = (condition["snapshot"] or {}).get("threshold")
    value = measured(condition["definition"], person, now)
    return threshold is not None and value is not None and value > 0 and value >= Fraction(str(threshold))


def measured(condition: ConditionJson, person: Person, now: int) -> Any:
    """Return the function of the activities that count, or None if there is nothing to measure."""
    found, function, name = (
        activities_that_count(condition, person, now),
        condition.get("function", "count"),
        condition.get("property"),
    )
    if name and function in ("count", "distinct_days"):
        found = [a for a in found if any(value is not None for value in _values(a, name))]
    if function == "count":
        return len(found)
    if function == "distinct_days":
        return len({person.day(a.occurred_at) for a in found})
    values = [(a, value) for a in found for value in _values(a, str(name))]
    if function == "distinct_values":
        texts = {spelled(value) for _, value in values if isinstance(value, str | int | float)}
        return min(len(texts), 100)
    if function in ("first", "last"):
        scalars = [(a, value) for a, value in values if isinstance(value, str | int | float)]
        if not scalars:
            return None
        chosen = scalars[0][0] if function == "first" else scalars[-1][0]
        return next(value for a, value in scalars if a is chosen)
    if "event" in condition or "events" in condition:
        numbers = [number for a in found for number in _numbers(a, str(name), _values(a, str(name)), person)]
    else:  # one by one, as they were sent
        numbers = [number for _, value in values if (number := decimal_of(value)) is not None]
    return _NUMERIC[function](numbers)


def _numbers(activity: Activity, name: str, values: list[Any], person: Person) -> list[Decimal]:
    """Return the numbers of a property of an event; of an order's amount, the amount after refunds."""
    numbers = [found for value in values if (found := decimal_of(value)) is not None]
    meaning = meaning_of(activity.name)
    order = next((o for o in person.orders if any(activity is a for a in o.given)), None)
    if name == "revenue" and not numbers and meaning and meaning[1] == "completed":
        numbers = [amount_in(activity.properties) or Decimal(0)]
    if not numbers or order is None or meaning is None or meaning[1] != "completed":
        return numbers
    if name == "gross_revenue":
        return [order.gross]
    return [order.after_refunds(order.gross_of(name))] if name in AMOUNTS else numbers


def _values(activity: Activity, name: str) -> list[Any]:
    values = values_at(activity.properties, name)
    meaning = meaning_of(activity.name) if activity.type == "track" else None
    if name == "gross_revenue" and not values and meaning and meaning[1] == "completed":
        return [str(amount_in(activity.properties) or 0)]
    return values


_NUMERIC: dict[str, Callable[[list[Decimal]], Any]] = {
    "sum": lambda numbers: sum(map(Fraction, numbers), Fraction(0)),
    "average": lambda numbers: sum(map(Fraction, numbers), Fraction(0)) / len(numbers) if numbers else None,
    "min": lambda numbers: min(numbers, default=None),
    "max": lambda numbers: max(numbers, default=None),
}
