"""Conditions over events: how often, how much, the first, the last, and what has stopped."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from crm.domain.conditions.condition import NEVER, Node, Span, all_of, timed
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.instants import RecentCount, deciding_number, instant_evidence, recent_count
from crm.domain.conditions.measures import (
    DISTINCT_VALUES,
    MAX_DISTINCT_VALUES,
    Measure,
    json_number,
    measure_of,
)
from crm.domain.conditions.windows import InstantWindow, day_evidence, instant_window_of, window_of
from crm.domain.local_days import LocalDays, date_of_day
from crm.domain.metrics.metric import COUNT, FIRST, LAST, SPAN, Metric
from crm.domain.metrics.selector import ANY_KIND, SELECTOR_FIELDS, selector_of
from crm.domain.metrics.tables import NO_DAYS
from crm.domain.operators import BETWEEN, NUMERIC, OPPOSITES, comparison_of
from crm.domain.times import iso

_Passes = Callable[[Any], bool]


def event_condition(condition: dict[str, Any], days: LocalDays) -> Node:
    """Build the condition that compares `function` of the activities by `operator` with `value`; by default: at least
    one.
    """
    operator, value = condition.get("operator", "at_least"), condition.get("value", 1)
    if window := instant_window_of(condition.get("window")):
        count = recent_count(condition, window, days, deciding_number(operator, value))
        return _counted(condition, count, value_test(COUNT, operator, value))
    measure = measure_of(condition, days, _values_needed(condition, operator, value))
    passes = value_test(measure.function, operator, value)
    return _measured(condition, measure, passes, value_test(measure.function, operator, value, measure.scale))


def _values_needed(condition: dict[str, Any], operator: str, value: Any) -> int:
    return (
        deciding_number(operator, value)
        if condition.get("function") == DISTINCT_VALUES
        else MAX_DISTINCT_VALUES
    )


def never_condition(condition: dict[str, Any], days: LocalDays) -> Node:
    """Build the condition that no such activity is in the window; a person without activities passes."""
    if window := instant_window_of(condition.get("window")):
        return _counted(condition, recent_count(condition, window, days, 1), lambda count: count == 0)
    return _measured(condition, measure_of(condition, days), lambda count: count == 0)


def source_condition(condition: dict[str, Any], days: LocalDays) -> Node:
    """Build the condition that any activity of the customer came from a source."""
    measure = measure_of({"kind": ANY_KIND, "source": condition["source"]}, days)
    return _measured(condition, measure, lambda count: count > 0)


def value_test(function: str, operator: str, value: Any, scale: int = 1) -> _Passes:
    """Build the test of a measured value.

    `scale`: the factor by which measured values are enlarged. Numbers are compared exactly; a missing value passes
    opposites only.
    """
    if function in {FIRST, LAST}:
        return comparison_of(operator, value)
    if operator == BETWEEN:
        low, high = (_exact(limit, scale) for limit in value)
        return lambda measured: measured is not None and low <= measured <= high
    compare, limit = NUMERIC[operator], _exact(value, scale)
    of_nothing = operator in OPPOSITES
    return lambda measured: of_nothing if measured is None else compare(measured, limit)


def _exact(value: float, scale: int) -> Fraction | int:
    exact = Fraction(str(value)) * scale
    return exact.numerator if exact.denominator == 1 else exact


def _measured(
    condition: dict[str, Any], measure: Measure, passes: _Passes, scaled: _Passes | None = None
) -> Node:
    """Build the condition on a measure. `scaled`: the test for values as the measure's reader returns them."""
    passes_scaled = scaled or passes

    def span(facts: Facts, at: int) -> Span:
        today = measure.days.day_of(at)
        if (found := measure.span_as_days_leave(facts, today, passes_scaled)) is not None:
            return found
        read = measure.reader(facts, today)
        holds = passes_scaled(read(today))
        return until_other(
            holds, measure.change_days(facts, at), lambda day: passes_scaled(read(day)), measure.days
        )

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        return {"value": json_number(measure.at(facts, at)), **day_evidence(measure.window, measure.days, at)}

    def holds(facts: Facts, at: int) -> bool:
        return passes(measure.at(facts, at))

    def of_all_time(facts: Facts, _at: int) -> Span:
        return passes_scaled(measure.ever(facts)), NEVER

    lasting = of_all_time if measure.metric.horizon == NO_DAYS else span
    return replace(timed(condition, lasting, set(), evidence, (measure.metric,), exact=True), holds=holds)


def _counted(condition: dict[str, Any], count: RecentCount, passes: _Passes) -> Node:
    def span(facts: Facts, at: int) -> Span:
        holds = passes(count.at(facts, at))
        changes = ((change, passes(number)) for change, number in count.changes(facts, at))
        return holds, next((change for change, then in changes if then is not holds), NEVER)

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        number = count.at(facts, at)
        # A day keeps no more instants than the condition needs.
        more = {"or_more": True} if number >= count.metric.most else {}
        return {"value": number, **more, **instant_evidence(count.window, at)}

    return timed(condition, span, set(), evidence, (count.metric,), exact=True)


def until_other(holds: bool, change_days: Iterable[int], on: Callable[[int], bool], days: LocalDays) -> Span:
    """Return whether it holds today, and the start of the first of these later days on which that changes."""
    for change in change_days:
        if on(days.existing_day(change)) is not holds:
            return holds, days.begins(change)
    return holds, NEVER


def first_time_condition(condition: dict[str, Any], days: LocalDays) -> Node:
    """Build the condition that the very first time was in the window."""
    metric = Metric(SPAN, selector_of(condition), None, NO_DAYS, days.name)
    if recent := instant_window_of(condition.get("window")):
        return _first_instant(condition, metric, recent)
    window = window_of(condition.get("window"))

    def span(facts: Facts, at: int) -> Span:
        kept = facts.days_of(metric, 0).get(0)
        if kept is None:
            return False, NEVER
        today, day = days.day_of(at), days.day_of(kept[0])
        change_days = window.change_days([day], today)
        return until_other(
            window.includes(day, today), change_days, lambda change: window.includes(day, change), days
        )

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        kept = facts.days_of(metric, 0).get(0)
        first = date_of_day(days.day_of(kept[0])).isoformat() if kept else None
        return {"value": first, **day_evidence(window, days, at)}

    return timed(condition, span, set(), evidence, (metric,), exact=True)


def _first_instant(condition: dict[str, Any], metric: Metric, window: InstantWindow) -> Node:
    def span(facts: Facts, at: int) -> Span:
        kept = facts.days_of(metric, 0).get(0)
        if kept is None:
            return False, NEVER
        holds = window.includes(kept[0], at)
        changes = window.change_instants([kept[0]], at)
        return holds, next(
            (change for change in changes if window.includes(kept[0], change) is not holds), NEVER
        )

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        kept = facts.days_of(metric, 0).get(0)
        return {"value": iso(kept[0]) if kept else None, **instant_evidence(window, at)}

    return timed(condition, span, set(), evidence, (metric,), exact=True)


def stopped_condition(condition: dict[str, Any], days: LocalDays) -> Node:
    """Build the condition that it happened between `active_days` and `quiet_days` days ago, and not since."""
    selector: dict[str, Any] = {n: condition[n] for n in SELECTOR_FIELDS if n in condition}
    quiet, active = condition["quiet_days"], condition["active_days"]
    before = selector | {"type": "event", "window": {"days_ago": [quiet, active]}}
    since = selector | {"type": "never", "window": {"within_days": quiet}}
    return all_of(condition, [event_condition(before, days), never_condition(since, days)])


EVENT_CONDITIONS: dict[str, Callable[[dict[str, Any], LocalDays], Node]] = {
    "event": event_condition,
    "never": never_condition,
    "first_time": first_time_condition,
    "stopped": stopped_condition,
    "source": source_condition,
}
"""The condition types of this module by name."""
