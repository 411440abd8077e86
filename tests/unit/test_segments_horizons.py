"""A log keeps the days of a metric that windows need, for windows of any length."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.facts import Facts
from crm.domain.fold import fold_all
from crm.domain.fold_rules import FoldRules
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.profile import ProfileState
from tests.model.naive_people import person_of
from tests.model.naive_segments import holds
from tests.model.scenes import ANA, DAY, MINUTE, START, order
from tests.model.segment_lives import PLACES
from tests.support.daily_counts import stored_again
from tests.support.thoroughness import some_of

ORDER: dict[str, Any] = {"event": "Order Completed"}
BERLIN = PLACES[0]
DAYS = LocalDays(BERLIN.zone, BERLIN.name)
REACHES = [
    *range(1, 12),
    *range(29, 36),
    *range(90, 97),
    364,
    365,
    366,
    367,
    368,
    369,
    *range(1098, 1104),
    1500,
]
"""Window lengths around the numbers of kept days."""
NUMBERS = [1, 2, 5, 6, 25, 26, 125, 126, 500]
COMPARISONS = {"at_least": ge, "equals": eq, "at_most": le, "greater": gt, "less": lt, "not_equals": ne}


def log_of(*days_ago: int) -> list[Activity]:
    now = START + 2000 * DAY
    return [
        replace(order(0, ANA, message_id=str(ago)), **_at(now - ago * DAY))
        for ago in sorted(days_ago, reverse=True)
    ]


def _at(at: int) -> dict[str, Any]:
    return {"original_at": at, "occurred_at": at, "received_at": at}


def assert_is_naive(condition: dict[str, Any], log: list[Activity], *, expected: bool) -> None:
    log = sorted(log, key=lambda a: (a.original_at, a.message_id))
    now = log[-1].occurred_at
    node = compile_condition(condition, DAYS)
    assert holds(condition, person_of(log, BERLIN.zone), now) is expected
    for inline_bytes in (0, 1 << 20):
        state = ProfileState("p")
        fold_all(state, log, Counting(node.all_metrics, DAYS), FoldRules(inline_bytes=inline_bytes))
        assert node.holds(Facts([stored_again(state)]), now) is expected
        assert node.span(Facts([stored_again(state)]), now)[0] is expected


@pytest.mark.parametrize("reach", some_of(REACHES, one_in=3))
def test_the_first_and_the_last_day_of_a_window_count(reach: int) -> None:
    condition = {"type": "event", **ORDER, "value": 2, "window": {"within_days": reach + 1}}
    assert_is_naive(condition, log_of(reach, 0), expected=True)
    assert_is_naive(condition, log_of(reach + 1, 0), expected=False)
    assert_is_naive(
        {"type": "event", **ORDER, "window": {"days_ago": [reach, reach]}}, log_of(reach, 0), expected=True
    )


@pytest.mark.parametrize(("reach", "within"), some_of(list(product(REACHES, [1, 8, 30])), one_in=8))
def test_the_first_step_of_a_sequence_can_precede_the_window(reach: int, within: int) -> None:
    condition = {"type": "sequence", "first": ORDER, "then": ORDER, "within_days": within}
    condition |= {"window": {"days_ago": [reach, reach]}}
    assert_is_naive(condition, log_of(reach + within, reach, 0), expected=True)
    assert_is_naive(condition, log_of(reach + within + 1, reach, 0), expected=False)


@pytest.mark.parametrize("reach", some_of(REACHES, start=1, one_in=3))
def test_stopped_conditions_reach_back_as_far_as_their_days(reach: int) -> None:
    condition = {"type": "stopped", **ORDER, "quiet_days": 1, "active_days": reach + 1}
    other = replace(log_of(0)[0], name="Viewed", message_id="other")
    assert_is_naive(condition, [*log_of(reach + 1), other], expected=True)
    assert_is_naive(condition, [*log_of(reach + 2), other], expected=False)


def burst(number: int, *, before: int = 0) -> list[Activity]:
    """Build a number of orders, one a minute, the last of them a number of minutes ago."""
    now = BERLIN.begins(3) + 20 * 60 * MINUTE
    times = [now - (number + before - n) * MINUTE for n in range(number)]
    return [replace(order(0, ANA, message_id=str(at)), **_at(at)) for at in times]


@pytest.mark.parametrize(("number", "operator"), some_of(list(product(NUMBERS, COMPARISONS)), one_in=7))
def test_counts_within_hours_are_exact(number: int, operator: str) -> None:
    value = min(number, 499 if operator != "at_least" else 500)
    condition = {
        "type": "event",
        **ORDER,
        "operator": operator,
        "value": value,
        "window": {"within": {"hours": 9}},
    }
    compare = COMPARISONS[operator]
    for orders in (value - 1, value, value + 1, value + 40):
        if orders:
            assert_is_naive(condition, burst(orders), expected=compare(orders, value))


def test_a_window_that_ended_counts_the_newest_125_events_of_a_day() -> None:
    """Of a day with more than 125 events, older ones are not stored."""
    condition = {"type": "event", **ORDER, "window": {"minutes_ago": [60, 300]}}
    old = burst(1, before=120)
    assert_is_naive(condition, [*old, *burst(59)], expected=True)
    assert_is_naive(condition, [*old, *burst(59), *_twice(burst(59))], expected=True)
    assert_is_naive(
        condition, [*old, *burst(59), *_twice(burst(59)), *_twice(burst(59), "third")], expected=False
    )


def _twice(log: list[Activity], again: str = "again") -> list[Activity]:
    return [replace(a, message_id=f"{a.message_id} {again}") for a in log]


@pytest.mark.parametrize("reach", [7, 31, 92, 365, 1099])
@pytest.mark.parametrize("within", [1, 30])
def test_steps_are_kept_as_far_as_later_steps_reach(reach: int, within: int) -> None:
    steps = [ORDER, *({**ORDER, "within_days": within} for _ in range(2))]
    condition = {"type": "sequence", "steps": steps, "window": {"days_ago": [reach, reach]}}
    assert_is_naive(condition, log_of(reach + 2 * within, reach + within, reach, 0), expected=True)
    assert_is_naive(condition, log_of(reach + 2 * within + 1, reach + within, reach, 0), expected=False)


def test_the_newest_125_events_of_a_day_are_distinguished() -> None:
    """Earlier events do not count for the order within the day."""
    viewed = replace(order(0, ANA, message_id="seen"), name="Viewed")
    start = burst(130)[0].occurred_at
    seen = [
        replace(viewed, **_at(start - MINUTE)),
        replace(viewed, message_id="2", **_at(start + 130 * MINUTE)),
    ]
    between = {
        "type": "sequence",
        "first": {"event": "Viewed"},
        "then": {"event": "Viewed"},
        "without": [ORDER],
    }
    assert_is_naive(between, [*seen, *burst(130)], expected=False)
    first = {"type": "sequence", "steps": [ORDER, {"event": "Viewed", "within": {"hours": 2}}]}
    for known, expected in ((5, True), (4, False)):
        then = replace(viewed, message_id="3", **_at(start + known * MINUTE + 1))
        assert_is_naive(first, [then, *burst(130)], expected=expected)
