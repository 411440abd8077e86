"""Segments of the customers of CDNOW, each in two languages: as a condition, and as SQL over the file by hand.

The SQL is what must hold of a customer's lines in the table `p`: the purchases until now, with `day`, `ago` (how many
days before today), `age` (an interval), `today`, `items`, `amount` and `line`. A customer who has bought nothing yet
is no customer yet.
"""

from __future__ import annotations

from typing import Any, NamedTuple

ConditionJson = dict[str, Any]


class Case(NamedTuple):
    """One segment: `having` is a condition over the group of a customer's lines."""

    name: str
    condition: ConditionJson
    having: str


_ORDER: ConditionJson = {"event": "Order Completed"}


def _orders(
    function: str = "count", operator: str = "at_least", value: Any = 1, **condition: Any
) -> ConditionJson:
    """Of orders; `of` is the property that is measured."""
    measured = {"property": condition.pop("of")} if "of" in condition else {}
    return {
        "type": "event",
        **_ORDER,
        "function": function,
        "operator": operator,
        "value": value,
        **measured,
        **condition,
    }


def _where(*filters: tuple[str, str, Any]) -> ConditionJson:
    return {
        "where": [
            {"property": name, "operator": operator, "value": value} for name, operator, value in filters
        ]
    }


def _either(*parts: ConditionJson) -> ConditionJson:
    return {"type": "or", "where": [one for part in parts for one in part["where"]]}


def _both(*parts: ConditionJson) -> ConditionJson:
    """As part of `_either`."""
    return {"where": [{"type": "and", "where": [one for part in parts for one in part["where"]]}]}


def _within(days: int) -> ConditionJson:
    return {"window": {"within_days": days}}


def _ago(nearest: int, farthest: int) -> ConditionJson:
    return {"window": {"days_ago": [nearest, farthest]}}


def _never(**condition: Any) -> ConditionJson:
    return {"type": "never", **_ORDER, **condition}


def _first(**condition: Any) -> ConditionJson:
    return {"type": "first_time", **_ORDER, **condition}


def _stopped(quiet: int, active: int, **condition: Any) -> ConditionJson:
    return {"type": "stopped", **_ORDER, "quiet_days": quiet, "active_days": active, **condition}


def _date(field: str, operator: str, value: Any) -> ConditionJson:
    return {"type": "date", "field": field, "operator": operator, "value": value}


def _then(first: ConditionJson, then: ConditionJson, within: int, **condition: Any) -> ConditionJson:
    both = {"first": _ORDER | first, "then": _ORDER | then}
    return {"type": "sequence", **both, "within_days": within, **condition}


def _unanswered(first: ConditionJson, then_not: ConditionJson, **condition: Any) -> ConditionJson:
    return {"type": "sequence", "first": _ORDER | first, "then_not": _ORDER | then_not, **condition}


def _steps(*steps: ConditionJson, **condition: Any) -> ConditionJson:
    return {"type": "sequence", "steps": [_ORDER | step for step in steps], **condition}


def _all(*parts: ConditionJson) -> ConditionJson:
    return {"type": "and", "conditions": list(parts)}


def _any(*parts: ConditionJson) -> ConditionJson:
    return {"type": "or", "conditions": list(parts)}


def _not(part: ConditionJson) -> ConditionJson:
    return {"type": "not", "condition": part}


def _in(segment: str, condition: ConditionJson) -> ConditionJson:
    return {"type": "segment", "segment": segment, "condition": condition}


def _follows(first: str, then: str, within: int, barred: str = "") -> str:
    """SQL: a line `f`, then on a later day a line `t`. All of one day are at noon: none of them is before another.

    `barred`: of a line `c` on a day between them, which there must not be.
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


def _in_order(first: str, second: str, third: str, apart: str) -> str:
    """SQL: a line `f`, on a later day a line `s`, and on a later one a line `t`."""
    return (
        "customer IN (SELECT t.customer FROM p t JOIN p s ON s.customer = t.customer AND s.day < t.day "  # noqa: S608
        "JOIN p f ON f.customer = s.customer AND f.day < s.day "
        f"WHERE {first} AND {second} AND {third} AND {apart})"
    )


def _not_followed(first: str, then: str) -> str:
    """SQL: a line `f`, and on no later day a line `t`."""
    return (
        "customer IN (SELECT f.customer FROM p f WHERE "  # noqa: S608
        f"{first} AND NOT EXISTS (SELECT 1 FROM p t WHERE t.customer = f.customer AND t.day > f.day AND {then}))"
    )


def _during(period: str, before: int, orders: int = 1) -> str:
    """SQL: so many orders in the calendar period so many before today's."""
    interval = f"INTERVAL {3 * before} MONTH" if period == "quarter" else f"INTERVAL {before} {period}"
    return (
        f"count(*) FILTER (date_trunc('{period}', day) = "
        f"date_trunc('{period}', today) - {interval}) >= {orders}"
    )


_BIG, _SMALL = _where(("revenue", "at_least", 100)), _where(("revenue", "less", 15))
_MANY, _SINGLE = _where(("quantity", "greater", 3)), _where(("quantity", "equals", 1))
_LOYAL = _orders(value=5)
_LAST_ITEMS = "arg_max(items, (day, 'cdnow-' || line))"
_FIRST_ITEMS = "arg_min(items, (day, 'cdnow-' || line))"

COUNTS = [
    Case("bought ever", _orders(), "count(*) >= 1"),
    Case("bought once", _orders(operator="equals"), "count(*) = 1"),
    Case("not exactly twice", _orders(operator="not_equals", value=2), "count(*) <> 2"),
    Case("loyal", _LOYAL, "count(*) >= 5"),
    Case("two to four orders", _orders(operator="between", value=[2, 4]), "count(*) BETWEEN 2 AND 4"),
    Case("within 30 days", _orders(**_within(30)), "count(*) FILTER (ago < 30) >= 1"),
    Case("today", _orders(**_within(1)), "count(*) FILTER (ago = 0) >= 1"),
    Case("twice in 90 days", _orders(value=2, **_within(90)), "count(*) FILTER (ago < 90) >= 2"),
    Case("twice in 33 days", _orders(value=2, **_within(33)), "count(*) FILTER (ago < 33) >= 2"),
    Case("once in 94 days", _orders("count", "equals", 1, **_within(94)), "count(*) FILTER (ago < 94) = 1"),
    Case("at most one in 180 days", _orders("count", "at_most", 1, **_within(180)), "count(*) FILTER (ago < 180) <= 1"),
    Case("none in 365 days", _orders("count", "equals", 0, **_within(365)), "count(*) FILTER (ago < 365) = 0"),
    Case("a week to a month ago", _orders(**_ago(7, 30)), "count(*) FILTER (ago BETWEEN 7 AND 30) >= 1"),
    Case("just 14 days ago", _orders(**_ago(14, 14)), "count(*) FILTER (ago = 14) >= 1"),
    Case("less than 2, 100 to 400 days ago", _orders("count", "less", 2, **_ago(100, 400)),
         "count(*) FILTER (ago BETWEEN 100 AND 400) < 2"),
    Case("in spring", _orders(window={"between": ["2021-03-01", "2021-05-31"]}),
         "count(*) FILTER (day BETWEEN '2021-03-01' AND '2021-05-31') >= 1"),
    Case("after summer", _orders(window={"after": "2021-08-31"}), "count(*) FILTER (day > '2021-08-31') >= 1"),
    Case("before February, twice", _orders(value=2, window={"before": "2021-02-01"}),
         "count(*) FILTER (day < '2021-02-01') >= 2"),
    Case("on Valentine's day", _orders(window={"on": "2021-02-14"}), "count(*) FILTER (day = '2021-02-14') >= 1"),
    Case("big ones", _orders(**_BIG), "count(*) FILTER (amount >= 100) >= 1"),
    Case("big with many items in half a year",
         _orders(**_where(("revenue", "at_least", 50), ("quantity", "greater", 3)), **_within(182)),
         "count(*) FILTER (amount >= 50 AND items > 3 AND ago < 182) >= 1"),
    Case("not for dollars", _orders("count", "equals", 0, **_where(("currency", "not_equals", "usd"))),
         "count(*) >= 1"),
    Case("of an odd id", _orders(**_where(("order_id", "ends_with", "7"))), "count(*) FILTER (line % 10 = 7) >= 1"),
    Case("two or three items", _orders(value=2, **_where(("quantity", "one_of", [2, 3]))),
         "count(*) FILTER (items IN (2, 3)) >= 2"),
]  # fmt: skip
NUMBERS = [
    Case("spent 100", _orders("sum", "at_least", 100, of="revenue"), "sum(amount) >= 100"),
    Case("spent exactly", _orders("sum", "equals", 11.77, of="revenue"), "sum(amount) = 11.77"),
    Case("spent between", _orders("sum", "between", [50, 75.5], of="revenue"), "sum(amount) BETWEEN 50 AND 75.5"),
    Case("spent nothing in 60 days", _orders("sum", "equals", 0, of="revenue", **_within(60)),
         "coalesce(sum(amount) FILTER (ago < 60), 0) = 0"),
    Case("spent 50 in 90 days", _orders("sum", "greater", 50, of="revenue", **_within(90)),
         "sum(amount) FILTER (ago < 90) > 50"),
    Case("little, long ago", _orders("sum", "less", 20, of="revenue", **_ago(90, 365)),
         "coalesce(sum(amount) FILTER (ago BETWEEN 90 AND 365), 0) < 20"),
    Case("items in spring",
         _orders("sum", "at_least", 6, of="quantity", window={"between": ["2021-03-01", "2021-06-01"]}),
         "sum(items) FILTER (day BETWEEN '2021-03-01' AND '2021-06-01') >= 6"),
    Case("average of 40", _orders("average", "at_least", 40, of="revenue"), "sum(amount) >= 40 * count(*)"),
    Case("average of exactly 2 items", _orders("average", "equals", 2, of="quantity"), "sum(items) = 2 * count(*)"),
    Case("average in 120 days", _orders("average", "less", 25.5, of="revenue", **_within(120)),
         "sum(amount) FILTER (ago < 120) < 25.5 * count(*) FILTER (ago < 120)"),
    Case("average not 2 lately", _orders("average", "not_equals", 2, of="quantity", **_within(200)),
         "coalesce(sum(items) FILTER (ago < 200), 0) <> 2 * count(*) FILTER (ago < 200) OR min(ago) >= 200"),
    Case("smallest order", _orders("min", "at_least", 30, of="revenue"), "min(amount) >= 30"),
    Case("smallest of a year", _orders("min", "less", 10, of="revenue", **_within(365)),
         "min(amount) FILTER (ago < 365) < 10"),
    Case("largest order", _orders("max", "greater", 150, of="revenue"), "max(amount) > 150"),
    Case("largest of 45 to 200 days ago", _orders("max", "between", [20, 40], of="revenue", **_ago(45, 200)),
         "max(amount) FILTER (ago BETWEEN 45 AND 200) BETWEEN 20 AND 40"),
    Case("first with one item", _orders("first", "equals", 1, of="quantity"), f"{_FIRST_ITEMS} = 1"),
    Case("last with more than two", _orders("last", "greater", 2, of="quantity"), f"{_LAST_ITEMS} > 2"),
    Case("last of 100 days not one", _orders("last", "not_equals", 1, of="quantity", **_within(100)),
         f"coalesce({_LAST_ITEMS} FILTER (ago < 100), 0) <> 1"),
    Case("first of summer", _orders("first", "at_most", 2, of="quantity", window={"after": "2021-06-20"}),
         f"{_FIRST_ITEMS} FILTER (day > '2021-06-20') <= 2"),
    Case("three days", _orders("distinct_days", "at_least", 3), "count(DISTINCT day) >= 3"),
    Case("two days in 150", _orders("distinct_days", "equals", 2, **_within(150)),
         "count(DISTINCT day) FILTER (ago < 150) = 2"),
    Case("days with big orders", _orders("distinct_days", "greater", 1, **_BIG),
         "count(DISTINCT day) FILTER (amount >= 100) > 1"),
]  # fmt: skip
HABITS = [
    Case("never big", _never(**_BIG), "count(*) FILTER (amount >= 100) = 0"),
    Case("never in 100 days", _never(**_within(100)), "count(*) FILTER (ago < 100) = 0"),
    Case("never since June", _never(window={"after": "2021-05-31"}), "count(*) FILTER (day > '2021-05-31') = 0"),
    Case("new in 30 days", _first(**_within(30)), "max(ago) < 30"),
    Case("first big one 200 to 300 days ago", _first(**_BIG, **_ago(200, 300)),
         "max(ago) FILTER (amount >= 100) BETWEEN 200 AND 300"),
    Case("first in February", _first(window={"between": ["2021-02-01", "2021-02-28"]}),
         "min(day) BETWEEN '2021-02-01' AND '2021-02-28'"),
    Case("stopped for 60 days", _stopped(60, 180),
         "count(*) FILTER (ago BETWEEN 60 AND 180) > 0 AND count(*) FILTER (ago < 60) = 0"),
    Case("stopped to buy much", _stopped(30, 400, **_MANY),
         "count(*) FILTER (items > 3 AND ago BETWEEN 30 AND 400) > 0 AND count(*) FILTER (items > 3 AND ago < 30) = 0"),
    Case("single, then many", _then(_SINGLE, _MANY, 30), _follows("f.items = 1", "t.items > 3", 30)),
    Case("small, then big, lately", _then(_SMALL, _BIG, 200, **_within(250)),
         _follows("f.amount < 15", "t.amount >= 100 AND t.ago < 250", 200)),
    Case("again in a week", _then({}, {}, 7), _follows("true", "true", 7)),
    Case("again on the same day", _then({}, {}, 0), "false"),
    Case("again in spring", _then({}, _SINGLE, 60, window={"between": ["2021-03-01", "2021-05-31"]}),
         _follows("true", "t.items = 1 AND t.day BETWEEN '2021-03-01' AND '2021-05-31'", 60)),
    Case("again 20 to 200 days ago", _then(_BIG, {}, 45, **_ago(20, 200)),
         _follows("f.amount >= 100", "t.ago BETWEEN 20 AND 200", 45)),
]  # fmt: skip
SEQUENCES = [
    Case("much, and nothing since", _unanswered(_BIG, {}), _not_followed("f.amount >= 100", "true")),
    Case("single, never many after it", _unanswered(_SINGLE, _MANY, **_within(200)),
         _not_followed("f.items = 1 AND f.ago < 200", "t.items > 3")),
    Case("not again within 30 days", _unanswered({}, {}, within_days=30),
         _not_followed("f.ago > 30", "date_diff('day', f.day, t.day) <= 30")),
    Case("much in spring, not again in 60 days",
         _unanswered(_BIG, {}, within_days=60, window={"between": ["2021-03-01", "2021-05-31"]}),
         _not_followed("f.amount >= 100 AND f.ago > 60 AND f.day BETWEEN '2021-03-01' AND '2021-05-31'",
                       "date_diff('day', f.day, t.day) <= 60")),
    Case("not again in 36 hours", _unanswered({}, {}, within={"hours": 36}, window={"last": "month"}),
         _not_followed("f.age >= INTERVAL 36 HOUR AND date_trunc('month', f.day) = "
                       "date_trunc('month', f.today) - INTERVAL 1 MONTH", "t.day - f.day < 2")),
    Case("24 to 72 hours ago, and nothing since", _unanswered({}, {}, window={"hours_ago": [24, 72]}),
         _not_followed("f.age >= INTERVAL 24 HOUR AND f.age < INTERVAL 72 HOUR", "true")),
    Case("small to big without single between", _then(_SMALL, _BIG, 300, without=[_ORDER | _SINGLE]),
         _follows("f.amount < 15", "t.amount >= 100", 300, "c.items = 1")),
    Case("again in spring without much between",
         _then({}, _SMALL, 100, without=[_ORDER | _BIG], window={"between": ["2021-03-01", "2021-05-31"]}),
         _follows("true", "t.amount < 15 AND t.day BETWEEN '2021-03-01' AND '2021-05-31'", 100, "c.amount >= 100")),
    Case("again in 50 hours", {"type": "sequence", "first": _ORDER, "then": _ORDER, "within": {"hours": 50}},
         _follows("true", "true", 2)),
    Case("three in three weeks, each in ten days",
         _steps({}, {"within_days": 10}, {"within_days": 10}, within_days=14),
         _in_order("true", "true", "true", "t.day - s.day <= 10 AND s.day - f.day <= 10 AND t.day - f.day <= 14")),
    Case("single, many, single, lately",
         _steps(_SINGLE, _MANY, _SINGLE | {"within_days": 60}, within_days=200, **_within(300)),
         _in_order("f.items = 1", "s.items > 3", "t.items = 1 AND t.ago < 300",
                   "t.day - s.day <= 60 AND t.day - f.day <= 200")),
]  # fmt: skip
GROUPS = [
    Case("single or big, twice", _orders(value=2, where=[_either(_SINGLE, _BIG)]),
         "count(*) FILTER (items = 1 OR amount >= 100) >= 2"),
    Case("single and small, or many and big, lately",
         _orders(where=[_either(_both(_SINGLE, _SMALL), _both(_MANY, _BIG))], **_within(120)),
         "count(*) FILTER (((items = 1 AND amount < 15) OR (items > 3 AND amount >= 100)) AND ago < 120) > 0"),
    Case("never single or small", _never(where=[_either(_SINGLE, _SMALL)]),
         "count(*) FILTER (items = 1 OR amount < 15) = 0"),
    Case("orders and returns together",
         {"type": "event", "events": ["Order Completed", "Order Returned"], "value": 4, **_within(200)},
         "count(*) FILTER (ago < 200) >= 4"),
]  # fmt: skip
DATES = [
    Case("came more than 200 days ago", _date("created", "more_than_days_ago", 200), "max(ago) > 200"),
    Case("came exactly 75 days ago", _date("created", "exactly_days_ago", 75), "max(ago) = 75"),
    Case("seen in the last 20 days", _date("last_seen", "less_than_days_ago", 20), "min(ago) < 20"),
    Case("bought last on a day", _date("last_transaction", "between", ["2021-03-01", "2021-03-31"]),
         "max(day) BETWEEN '2021-03-01' AND '2021-03-31'"),
    Case("came after January", _date("created", "after", "2021-01-31"), "min(day) > '2021-01-31'"),
    Case("came on a day", _date("created", "on", "2021-01-17"), "min(day) = '2021-01-17'"),
    Case("seen before an instant", _date("last_seen", "before", "2021-04-01T12:00:00.000Z"), "max(day) < '2021-04-01'"),
    Case("seen ahead", _date("last_seen", "less_than_days_ahead", 1), "min(ago) = 0"),
]  # fmt: skip
CALENDAR = [
    Case("this week", _orders(window={"this": "week"}), _during("week", 0)),
    Case("this month", _orders(window={"this": "month"}), _during("month", 0)),
    Case("this quarter", _orders(window={"this": "quarter"}, value=2), _during("quarter", 0, 2)),
    Case("this year", _orders(window={"this": "year"}), _during("year", 0)),
    Case("last week", _orders(window={"last": "week"}), _during("week", 1)),
    Case("last month", _orders(window={"last": "month"}), _during("month", 1)),
    Case("last quarter", _orders(window={"last": "quarter"}), _during("quarter", 1)),
    Case("last year", _orders(window={"last": "year"}, value=3), _during("year", 1, 3)),
    Case("spent this quarter", _orders("sum", "at_least", 50, of="revenue", window={"to_date": "quarter"}),
         "sum(amount) FILTER (date_trunc('quarter', day) = date_trunc('quarter', today)) >= 50"),
    Case("not since the year began", _never(window={"to_date": "year"}),
         "count(*) FILTER (date_trunc('year', day) = date_trunc('year', today)) = 0"),
    Case("new last month", _first(window={"last": "month"}),
         "date_trunc('month', min(day)) = date_trunc('month', any_value(today)) - INTERVAL 1 MONTH"),
    Case("came this month", _date("created", "this", "month"),
         "date_trunc('month', min(day)) = date_trunc('month', any_value(today))"),
    Case("bought last in the last quarter", _date("last_transaction", "last", "quarter"),
         "date_trunc('quarter', max(day)) = date_trunc('quarter', any_value(today)) - INTERVAL 3 MONTH"),
    Case("came this week", _date("created", "this", "week"),
         "date_trunc('week', min(day)) = date_trunc('week', any_value(today))"),
]  # fmt: skip
RECENT = [
    Case("within 72 hours", _orders(window={"within": {"hours": 72}}),
         "count(*) FILTER (age < INTERVAL 72 HOUR) >= 1"),
    Case("twice in 48 hours", _orders(window={"within": {"hours": 48}}, value=2),
         "count(*) FILTER (age < INTERVAL 48 HOUR) >= 2"),
    Case("once in 12 hours", _orders(window={"within": {"minutes": 720}}, operator="equals"),
         "count(*) FILTER (age < INTERVAL 12 HOUR) = 1"),
    Case("12 to 60 hours ago", _orders(window={"hours_ago": [12, 60]}),
         "count(*) FILTER (age >= INTERVAL 12 HOUR AND age < INTERVAL 60 HOUR) >= 1"),
    Case("not within 60 hours", _never(window={"within": {"hours": 60}}), "min(age) >= INTERVAL 60 HOUR"),
    Case("new within 70 hours", _first(window={"within": {"hours": 70}}), "max(age) < INTERVAL 70 HOUR"),
]  # fmt: skip
NESTED = [
    Case("recognised", {"type": "kind", "kind": "recognised"}, "true"),
    Case("nobody", {"type": "nobody"}, "false"),
    Case("without a city", {"type": "attribute", "name": "city", "operator": "not_equals", "value": "Vigo"}, "true"),
    Case("of the shop", {"type": "source", "source": "shop"}, "true"),
    Case("loyal but quiet", _all(_LOYAL, _never(**_within(120))), "count(*) >= 5 AND min(ago) >= 120"),
    Case("loyal or new", _any(_LOYAL, _date("created", "less_than_days_ago", 45)), "count(*) >= 5 OR max(ago) < 45"),
    Case("neither", _not(_any(_LOYAL, _orders(**_BIG))), "count(*) < 5 AND max(amount) < 100"),
    Case("in loyal", _all(_in("seg_loyal", _LOYAL), _orders(**_within(60))), "count(*) >= 5 AND min(ago) < 60"),
    Case("not in loyal", _not(_in("seg_loyal", _LOYAL)), "count(*) < 5"),
    Case("worth winning back", _all(
            _any(_orders("sum", "at_least", 200, of="revenue"), _orders(value=3, **_BIG)),
            _not(_orders(**_within(90))),
            _any(_not(_orders("average", "less", 30, of="revenue")), _in("seg_loyal", _LOYAL)),
         ), "(sum(amount) >= 200 OR count(*) FILTER (amount >= 100) >= 3) AND min(ago) >= 90 "
            "AND (sum(amount) >= 30 * count(*) OR count(*) >= 5)"),
    Case("growing", _all(
            _orders(value=2, **_within(100)), _orders("count", "at_most", 1, **_ago(100, 199)),
            _not(_never(**_ago(0, 50)))
         ), "count(*) FILTER (ago < 100) >= 2 AND count(*) FILTER (ago BETWEEN 100 AND 199) <= 1 AND min(ago) <= 50"),
]  # fmt: skip

CASES = [*COUNTS, *NUMBERS, *HABITS, *SEQUENCES, *GROUPS, *DATES, *CALENDAR, *RECENT, *NESTED]


def segment_id(number: int) -> str:
    """Of the case at this place."""
    return f"seg_{number:012x}"
