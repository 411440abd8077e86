"""Distinct values of a property: equal values, and the counted number if there are many."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.measures import MAX_DISTINCT_VALUES, measure_of
from crm.domain.daily.metric_cost import metric_bytes
from crm.domain.errors import InvalidInputError
from crm.domain.fold import fold_all
from crm.domain.fold_rules import FoldRules
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS
from crm.services.segments.condition_validation import read_condition
from tests.support.activities import NOON, activity, user
from tests.support.daily_counts import stored_again

DAYS = LocalDays(UTC, "UTC")
SKUS = {"type": "event", "event": "Viewed", "function": "distinct_values", "property": "sku"}


def facts_of(values: list[Any], condition: dict[str, Any]) -> Facts:
    """Return the facts of events with each of these values in a property, seven a day."""
    counting, state = Counting(compile_condition(condition, DAYS).all_metrics, DAYS), ProfileState("p")
    log = [
        activity(user("u"), at=NOON + n // 7 * DAY_MS + n, name="Viewed", properties={"sku": value})
        for n, value in enumerate(values)
    ]
    fold_all(state, log, counting, FoldRules(inline_bytes=0))
    return Facts([stored_again(state)])


def count(values: list[Any], **more: Any) -> Any:
    condition = SKUS | {"operator": "at_least", "value": MAX_DISTINCT_VALUES, **more}
    return measure_of(condition, DAYS).at(facts_of(values, condition), NOON + 300 * DAY_MS)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], 0),
        ([None, {}, []], 0),
        (["a", "A", " a "], 1),
        (["straße", "STRASSE"], 1),
        ([5, "5", 5.0], 1),
        ([1, True, "true"], 2),
        ([["a", "b"], "b"], 2),
        (["a", "b", "c"] * 50, 3),
        ([*range(99)], 99),
        ([*range(250)], 100),
    ],
)
def test_equal_values_of_a_property_are_counted_once(values: list[Any], expected: int) -> None:
    assert count(values) == expected
    assert count(values, window={"within_days": 1_000}) == expected


@pytest.mark.parametrize("limit", [1, 4, 5, 6, 24, 25, 26, 99, 100])
def test_a_comparison_stores_as_many_values_as_its_limit(limit: int) -> None:
    condition = SKUS | {"value": limit}
    node = compile_condition(condition, DAYS)
    assert not node.holds(facts_of([*range(limit - 1)] * 2, condition), NOON)
    assert node.holds(facts_of([*range(limit)] * 2, condition), NOON)
    assert node.holds(facts_of([*range(250)], condition), NOON)


def test_a_smaller_limit_costs_fewer_bytes() -> None:
    costs = [
        metric_bytes(compile_condition(SKUS | {"value": limit}, DAYS).all_metrics) for limit in (5, 25, 100)
    ]
    assert costs == [27, 127, 502]


@pytest.mark.parametrize(("operator", "value"), [("at_least", 101), ("greater", 100), ("between", [1, 200])])
def test_comparing_with_more_than_100_distinct_values_is_refused(operator: str, value: Any) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_condition(SKUS | {"operator": operator, "value": value}, lambda _kind, _name: None)
    assert refused.value.details["errors"] == [
        {
            "field": "condition.value",
            "message": "at most 100 distinct values are counted: compare with a smaller number",
        }
    ]
