"""The activities that metrics count: equal selectors are evaluated together, similar ones separately."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.metrics.metric import COUNT, DISTINCT, SUM, Metric
from crm.domain.metrics.selector import Filter, Selector
from crm.domain.metrics.tables import NO_DAYS, Tables
from crm.domain.times import DAY_MS
from tests.support.activities import NOON, activity

DAYS = LocalDays(ZoneInfo("UTC"), "UTC")
ORDERS = Selector(event="Order Completed")


def counted(*metrics: Metric, **properties: object) -> Tables:
    tables: Tables = {}
    order = activity(type="track", name="Order Completed", properties=properties)
    Counting(metrics, DAYS).count(tables, order)
    return tables


def test_metrics_of_one_selector_count_by_their_own_horizons() -> None:
    ever, month, year = (Metric(SUM, ORDERS, "total", horizon) for horizon in (NO_DAYS, 32, 367))
    other = Metric(SUM, ORDERS, "shipping", 32)
    tables = counted(ever, month, year, other, Metric(SUM, ORDERS, "tax", 32), total=5, shipping=2)
    today = NOON // DAY_MS
    kept = [1, 5_000_000]
    assert tables == {
        ever.id: {0: kept},
        month.id: {today: kept},
        year.id: {today: kept},
        other.id: {today: [1, 2_000_000]},
    }


@pytest.mark.parametrize("value", [True, "true", 1, "1", 1.0, False, 0])
def test_filters_for_true_and_1_are_counted_separately(value: object) -> None:
    """True equals 1 in Python."""
    truth, one = (
        Metric(
            COUNT,
            Selector(event="Order Completed", where=(Filter(property="p", operator="equals", value=of),)),
        )
        for of in (True, 1)
    )
    assert counted(truth, one, p=value) == counted(truth, p=value) | counted(one, p=value)
    assert set(counted(truth, one, p="true")) == {truth.id}


def test_a_selector_of_several_values_is_counted() -> None:
    some = Selector(
        event="Order Completed", where=(Filter(property="p", operator="one_of", value=["a", "b"]),)
    )
    assert counted(Metric(COUNT, some), p="b") == {Metric(COUNT, some).id: {0: 1}}
    assert counted(Metric(COUNT, some), p="c") == {}


@pytest.mark.parametrize("order", [(5, 100), (100, 5)])
def test_metrics_with_different_limits_of_distinct_values_are_counted_separately(
    order: tuple[int, int],
) -> None:
    few, many = (Metric(DISTINCT, ORDERS, "skus", 32, most=most) for most in order)
    tables = counted(few, many, skus=[*range(8)])
    kept = {metric.most: len(next(iter(tables[metric.id].values()))) for metric in (few, many)}
    assert kept == {5: 5, 100: 8}
