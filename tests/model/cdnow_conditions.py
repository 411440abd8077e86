"""Build conditions and SQL for the segments of CDNOW's customers: for `tests.model.cdnow_segments`.

The SQL is over a customer's lines in the table `p`: the purchases until now, with `day`, `ago` (how many days before
today), `age` (an interval), `today`, `items`, `amount` and `line`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

ConditionJson = dict[str, Any]


class Case(NamedTuple):
    """One segment: `having` is a condition over the group of a customer's lines."""

    name: str
    condition: ConditionJson
    having: str


ORDER: ConditionJson = {"event": "Order Completed"}


def orders(
    function: str = "count", operator: str = "at_least", value: Any = 1, **condition: Any
) -> ConditionJson:
    """Build a condition on a function of orders; `of` is the property that is measured."""
    measured = {"property": condition.pop("of")} if "of" in condition else {}
    return {
        "type": "event",
        **ORDER,
        "function": function,
        "operator": operator,
        "value": value,
        **measured,
        **condition,
    }


def where(*filters: tuple[str, str, Any]) -> ConditionJson:
    return {
        "where": [
            {"property": name, "operator": operator, "value": value} for name, operator, value in filters
        ]
    }


def either(*parts: ConditionJson) -> ConditionJson:
    return {"type": "or", "where": [one for part in parts for one in part["where"]]}


def both(*parts: ConditionJson) -> ConditionJson:
    """Build a group of filters that all must pass, as a part of `either`."""
    return {"where": [{"type": "and", "where": [one for part in parts for one in part["where"]]}]}


def within_days(days: int) -> ConditionJson:
    return {"window": {"within_days": days}}


def days_ago(nearest: int, farthest: int) -> ConditionJson:
    return {"window": {"days_ago": [nearest, farthest]}}


def never(**condition: Any) -> ConditionJson:
    return {"type": "never", **ORDER, **condition}


def first_time(**condition: Any) -> ConditionJson:
    return {"type": "first_time", **ORDER, **condition}


def stopped(quiet: int, active: int, **condition: Any) -> ConditionJson:
    return {"type": "stopped", **ORDER, "quiet_days": quiet, "active_days": active, **condition}


def date_is(field: str, operator: str, value: Any) -> ConditionJson:
    return {"type": "date", "field": field, "operator": operator, "value": value}


def followed_by(first: ConditionJson, then: ConditionJson, within: int, **condition: Any) -> ConditionJson:
    steps = {"first": ORDER | first, "then": ORDER | then}
    return {"type": "sequence", **steps, "within_days": within, **condition}


def not_followed_by(first: ConditionJson, then_not: ConditionJson, **condition: Any) -> ConditionJson:
    return {"type": "sequence", "first": ORDER | first, "then_not": ORDER | then_not, **condition}


def in_steps(*steps: ConditionJson, **condition: Any) -> ConditionJson:
    return {"type": "sequence", "steps": [ORDER | step for step in steps], **condition}


def all_of(*parts: ConditionJson) -> ConditionJson:
    return {"type": "and", "conditions": list(parts)}


def any_of(*parts: ConditionJson) -> ConditionJson:
    return {"type": "or", "conditions": list(parts)}


def not_of(part: ConditionJson) -> ConditionJson:
    return {"type": "not", "condition": part}


def in_segment(segment: str, condition: ConditionJson) -> ConditionJson:
    return {"type": "segment", "segment": segment, "condition": condition}


def sql_follows(first: str, then: str, within: int, barred: str = "") -> str:
    """Return SQL for a line `f`, and on a later day a line `t`. All lines of a day are at noon, so they have no order.

    `barred` is a condition on a line `c` on a day between the two, which must not exist.
    """
    without = (
        "AND NOT EXISTS (SELECT 1 FROM p c WHERE c.customer = t.customer "  # noqa: S608
        f"AND c.day > f.day AND c.day < t.day AND {barred})"
        if barred
        else ""
    )
    return (
        "customer IN (SELECT t.customer FROM p t JOIN p f "  # noqa: S608
        "ON f.customer = t.customer AND f.day < t.day "
        f"AND date_diff('day', f.day, t.day) <= {within} WHERE {first} AND {then} {without})"
    )


def sql_in_order(first: str, second: str, third: str, apart: str) -> str:
    """Return SQL for a line `f`, on a later day a line `s`, and on a still later day a line `t`."""
    return (
        "customer IN (SELECT t.customer FROM p t JOIN p s ON s.customer = t.customer AND s.day < t.day "  # noqa: S608
        "JOIN p f ON f.customer = s.customer AND f.day < s.day "
        f"WHERE {first} AND {second} AND {third} AND {apart})"
    )


def sql_not_followed(first: str, then: str) -> str:
    """Return SQL for a line `f` without a line `t` on a later day."""
    return (
        "customer IN (SELECT f.customer FROM p f WHERE "  # noqa: S608
        f"{first} AND NOT EXISTS (SELECT 1 FROM p t WHERE t.customer = f.customer AND t.day > f.day AND {then}))"
    )


def sql_during(period: str, before: int, orders: int = 1) -> str:
    """Return SQL for at least `orders` orders in the calendar period that is `before` periods before today's."""
    interval = f"INTERVAL {3 * before} MONTH" if period == "quarter" else f"INTERVAL {before} {period}"
    return (
        f"count(*) FILTER (date_trunc('{period}', day) = "
        f"date_trunc('{period}', today) - {interval}) >= {orders}"
    )


BIG, SMALL = where(("revenue", "at_least", 100)), where(("revenue", "less", 15))
MANY, SINGLE = where(("quantity", "greater", 3)), where(("quantity", "equals", 1))
LOYAL = orders(value=5)
LAST_ITEMS = "arg_max(items, (day, 'cdnow-' || line))"
FIRST_ITEMS = "arg_min(items, (day, 'cdnow-' || line))"
