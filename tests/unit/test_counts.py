"""Counts: replaced per slice of days, never incremented."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from crm.domain.counts import MAX_SLICES, Counts, Slice, order_amount, ranges_of, replace_slices
from tests.activities import activity, user


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
def test_the_amount_of_an_order(properties: dict[str, Any], amount: str) -> None:
    assert order_amount(properties) == Decimal(amount)


@pytest.mark.parametrize(
    ("currency", "expected"), [("usd", "USD"), (" Eur ", "EUR"), ("$", ""), (5, ""), (None, ""), ("12A", "")]
)
def test_revenue_is_kept_per_currency(currency: Any, expected: str) -> None:
    assert order(total=5, currency=currency).revenue == {expected: Decimal(5)}


def test_sums_of_many_orders_are_exact() -> None:
    total = sum((order(total=0.1) for _ in range(1000)), Counts())
    assert (total.orders, total.revenue) == (1000, {"": Decimal(100)})


def test_conflicts_are_no_activities() -> None:
    counts = Counts()
    counts.add(activity(user("u1"), type="identity.conflict"))
    assert (counts.activities, counts.conflicts) == (0, 1)


def day(number: int, activities: int = 1, end: int | None = None) -> Slice:
    return Slice(number, end or number + 1, Counts(activities=activities))


def test_a_day_inside_a_held_range_is_read_with_its_whole_range() -> None:
    assert ranges_of([day(10, end=20), day(25)], {5, 12, 19, 25}) == [(5, 6), (10, 20), (25, 26)]


def test_a_slice_replaces_what_it_covers() -> None:
    after = replace_slices([day(1), day(2), day(9)], [day(2, activities=7)])
    assert [(s.start, s.counts.activities) for s in after] == [(1, 1), (2, 7), (9, 1)]


def test_an_empty_slice_disappears() -> None:
    assert replace_slices([day(1), day(2)], [day(1, activities=0)]) == [day(2)]


def test_old_neighbours_are_merged_and_the_newest_day_stays_alone() -> None:
    slices: list[Slice] = []
    for number in range(100):
        slices = replace_slices(slices, [day(number * 3)])
    assert len(slices) == MAX_SLICES
    assert (slices[-1].start, slices[-1].end) == (297, 298)
    assert sum(s.counts.activities for s in slices) == 100
    assert all(a.end <= b.start for a, b in pairwise(slices))
