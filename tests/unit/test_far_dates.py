"""Dates at the ends of the calendar: many systems write `9999-12-31` for "without end", `0001-01-01` for "unknown"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.condition import NEVER, next_change
from crm.domain.conditions.facts import Facts
from crm.domain.fold import fold_all
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.domain.times import iso
from tests.model.scenes import ANA, START, order

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Pacific/Kiritimati")
FAR = ("9999-12-31", "9999-01-01", "0001-01-01", "0001-12-31", "9999-12-31T23:59:59.999Z")
RELATIVE = [f"{how}_days_{way}" for how in ("more_than", "exactly", "less_than") for way in ("ago", "ahead")]
COMPARED: list[tuple[str, Any]] = [
    *[(name, days) for name in RELATIVE for days in (0, 1, 36_500)],
    *[(name, period) for name in ("this", "last", "next") for period in ("week", "month", "quarter", "year")],
]
FIXED: list[tuple[str, Any]] = [
    *[(name, far) for name in ("after", "before", "on") for far in (*FAR, "2026-11-21T10:00:00.000Z")],
    ("between", ["0001-01-01", "9999-12-31"]),
]


def evaluated(fields: dict[str, Any], value: str, zone: str) -> tuple[bool, int]:
    days = LocalDays(ZoneInfo(zone), zone)
    person = ProfileState("p", attributes={"renewal": Stamped(value, (0, ""))})
    condition = {"type": "date", "attribute": "renewal", **fields}
    holds, until = next_change(compile_condition(condition, days), Facts([person]), START)
    assert until >= NEVER or iso(until) > iso(START)
    return holds, until


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("value", FAR)
def test_conditions_on_far_dates_are_evaluated_in_every_time_zone(value: str, zone: str) -> None:
    for operator, operand in COMPARED:
        for yearly in ({}, {"yearly": True}):
            evaluated({"operator": operator, "value": operand, **yearly}, value, zone)
    for operator, operand in FIXED:
        evaluated({"operator": operator, "value": operand}, value, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_a_condition_on_the_last_date_of_the_calendar_never_changes(zone: str) -> None:
    assert evaluated({"operator": "more_than_days_ago", "value": 30}, "9999-12-31", zone) == (False, NEVER)
    assert evaluated({"operator": "less_than_days_ahead", "value": 30}, "9999-12-31", zone)[0] is False
    assert evaluated({"operator": "after", "value": "2026-11-21"}, "9999-12-31", zone) == (True, NEVER)
    assert evaluated({"operator": "more_than_days_ago", "value": 30}, "0001-01-01", zone) == (True, NEVER)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "window", [{"on": far[:10]} for far in FAR] + [{"before": "0001-01-01"}, {"after": "9999-12-31"}], ids=str
)
def test_windows_at_the_ends_of_the_calendar_count_nothing(window: dict[str, str], zone: str) -> None:
    days = LocalDays(ZoneInfo(zone), zone)
    bought = {"event": "Order Completed"}
    for fields in (
        {"type": "event", **bought},
        {"type": "first_time", **bought},
        {"type": "sequence", "first": bought, "then_not": bought},
        {"type": "sequence", "first": bought, "then": bought, "without": [bought]},
    ):
        node = compile_condition({**fields, "window": window}, days)
        state = ProfileState("p")
        log = [order(0, ANA, message_id="1"), replace(order(1, ANA), message_id="2")]
        fold_all(state, log, Counting(node.all_metrics, days))
        assert next_change(node, Facts([state]), START) == (False, NEVER)
