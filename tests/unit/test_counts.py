"""Counts of activities, and the split of dense days."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from crm.domain.counts import DAY, DENSE, Counts, cut
from crm.domain.order_properties import order_amount
from crm.domain.times import MINUTE_MS
from tests.support.activities import NOON, activity, user


def order(**properties: Any) -> Counts:
    counts = Counts()
    counts.add(activity(user("u1"), name="Order Completed", properties=properties))
    return counts


@pytest.mark.parametrize(
    ("properties", "amount"),
    [
        ({"revenue": 10, "total": 12}, "10"),
        ({"total": "12.50"}, "12.5"),
        ({"value": 0.1}, "0.1"),
        ({"revenue": None, "total": 3}, "3"),
        ({"revenue": "free", "total": 3}, "3"),
        ({"revenue": True, "total": 3}, "3"),
        ({"revenue": float("nan"), "value": 2}, "2"),
        ({"revenue": float("inf")}, "0"),
        ({"revenue": 1e300}, "0"),
        ({"revenue": "1" * 5000}, "0"),
        ({"revenue": 1 / 3}, "0.333333"),
        ({"revenue": -5}, "-5"),
        ({}, "0"),
    ],
)
def test_the_amount_of_an_order_is_read_from_its_properties(properties: dict[str, Any], amount: str) -> None:
    assert order_amount(properties) == Decimal(amount)


@pytest.mark.parametrize(
    ("currency", "expected"), [("usd", "USD"), (" Eur ", "EUR"), ("$", ""), (5, ""), (None, ""), ("12A", "")]
)
def test_revenue_is_kept_per_currency(currency: Any, expected: str) -> None:
    assert order(total=5, currency=currency).revenue == {expected: Decimal(5)}


def test_sums_of_many_orders_are_exact() -> None:
    total = sum((order(total=0.1) for _ in range(1000)), Counts())
    assert (total.orders, total.revenue) == (1000, {"": Decimal(100)})


def test_conflicts_are_not_counted_as_activities() -> None:
    counts = Counts()
    counts.add(activity(user("u1"), type="identity.conflict"))
    assert (counts.activities, counts.conflicts) == (0, 1)


def test_subtracting_a_page_ignores_metrics_without_a_definition() -> None:
    held = Counts(activities=3, metrics={"c1": {0: 3}})
    page = Counts(activities=1, metrics={"c1": {0: 1}, "c2": {0: 1}})
    assert held.without(page) == Counts(activities=2, metrics={"c1": {0: 2}})


def test_a_dense_day_is_split_between_minutes() -> None:
    """An id that many visitors share must not read a day of a million events again for each event."""
    start = NOON // MINUTE_MS
    log = [activity(user("u1"), at=NOON + number * 20_000) for number in range(3 * DENSE)]

    pieces = list({id(piece): piece for piece, _ in cut(start, start + DAY, log)}.values())

    assert [piece.counts.activities for piece in pieces] == [201, 201, 198]
    assert [pieces[0].start, pieces[-1].end] == [start, start + DAY]
    assert all(a.end == b.start for a, b in pairwise(pieces))
