"""Counts: replaced per slice of time, never incremented."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from crm.domain.counts import (
    DAY,
    DENSE,
    MAX_SLICES,
    Counts,
    Slice,
    cut,
    order_amount,
    ranges_of,
    replace_slices,
)
from crm.domain.times import MINUTE_MS
from tests.activities import NOON, activity, user


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
    return Slice(number * DAY, (end or number + 1) * DAY, Counts(activities=activities))


def replaced(slices: list[Slice], fresh: list[Slice]) -> list[Slice]:
    return replace_slices(slices, [(s.start, s.end) for s in fresh], fresh)


def test_a_minute_inside_a_held_slice_is_read_with_all_of_it_and_another_with_its_day() -> None:
    held = [day(10, end=20), day(25)]
    minutes = {5 * DAY + 7, 12 * DAY, 20 * DAY - 1, 25 * DAY}
    assert ranges_of(held, minutes) == [(5 * DAY, 6 * DAY), (10 * DAY, 20 * DAY), (25 * DAY, 26 * DAY)]


def test_what_is_left_of_a_day_is_read_alone() -> None:
    held = [Slice(100, 200, Counts(activities=1)), Slice(300, DAY, Counts(activities=1))]
    assert ranges_of(held, {99, 200, 299}) == [(0, 100), (200, 300)]


def test_a_slice_replaces_what_it_covers() -> None:
    after = replaced([day(1), day(2), day(9)], [day(2, activities=7)])
    assert [(s.start // DAY, s.counts.activities) for s in after] == [(1, 1), (2, 7), (9, 1)]


def test_an_empty_slice_disappears() -> None:
    assert replaced([day(1), day(2)], [day(1, activities=0)]) == [day(2)]


def test_old_neighbours_are_merged_and_the_newest_day_stays_alone() -> None:
    slices: list[Slice] = []
    for number in range(100):
        slices = replaced(slices, [day(number * 3)])
    assert len(slices) == MAX_SLICES
    assert (slices[-1].start, slices[-1].end) == (297 * DAY, 298 * DAY)
    assert sum(s.counts.activities for s in slices) == 100
    assert all(a.end <= b.start for a, b in pairwise(slices))


def test_a_dense_day_is_cut_between_minutes() -> None:
    """One id used for everybody must not make each of its events read a day of a million others again."""
    start = NOON // MINUTE_MS
    log = [activity(user("u1"), at=NOON + number * 20_000) for number in range(3 * DENSE)]

    pieces = list({id(piece): piece for piece, _ in cut(start, start + DAY, log)}.values())

    assert [piece.counts.activities for piece in pieces] == [201, 201, 198]
    assert [pieces[0].start, pieces[-1].end] == [start, start + DAY]
    assert all(a.end == b.start for a, b in pairwise(pieces))
