"""Measure how many conditions a core evaluates per second, and the cost of an event with many segments."""

from collections.abc import Callable, Iterator
from functools import partial

from rule_engine import Rule

from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.facts import Facts
from crm.domain.segments.definition import StoredCondition
from crm.domain.segments.ruleset import RuleSet
from tests.bench.figures import Figure, median
from tests.bench.naive_segments import DAYS, NOW, as_rule, interpret, person, person_as_row, trees
from tests.bench.segment_stage import buy, counted, cpu
from tests.support.progress import with_progress
from tests.support.rule_sets import build_rule_set, defined
from tests.support.stage import on_stage

NAME = "segments"
ROUNDS = 7
PEOPLE = 60
DEFINED = (10, 100, 1000)
EVENTS = 40


def run() -> list[Figure]:
    """Measure evaluations against two other ways, and an event with 0 to 1,000 segments."""
    return [*_evaluations(), *_events()]


def _evaluations() -> Iterator[Figure]:
    """Measure the same trees over the same people: compiled, interpreted, and by a well-known library of rules."""
    people = [person(number) for number in range(PEOPLE)]
    facts, rows = [Facts([one]) for one in people], [person_as_row(one) for one in people]
    conditions = trees()
    nodes = [compile_condition(condition, DAYS) for condition in conditions]
    rules = [Rule(as_rule(condition)) for condition in conditions]
    ways: list[Callable[[], list[bool]]] = [
        lambda: [node.holds(one, NOW) for one in facts for node in nodes],
        lambda: [interpret(condition, one, NOW) for one in facts for condition in conditions],
        lambda: [rule.matches(row) for row in rows for rule in rules],
    ]
    answers = [way() for way in ways]
    if not answers[0] == answers[1] == answers[2]:
        raise AssertionError("the three implementations disagree")
    turns = [[cpu(way) for way in ways] for _ in with_progress(range(ROUNDS), "evaluations", ROUNDS)]
    number = len(people) * len(conditions)
    ours, naive, library = (number / median(turn[way] for turn in turns) for way in range(3))
    yield Figure(bench=NAME, name="condition trees, compiled", value=ours, unit="/CPU s")
    yield Figure(bench=NAME, name="condition trees, interpreted", value=naive, unit="/CPU s")
    yield Figure(bench=NAME, name="condition trees, by rule-engine", value=library, unit="/CPU s")
    for way, what, budget in ((1, "interpreted", 2), (2, "rule-engine", 3)):
        times = median(turn[way] / turn[0] for turn in turns)
        yield Figure(bench=NAME, name=f"{what} / ours", value=times, unit="x", budget=budget, at_least=True)


def _elsewhere(at: int) -> StoredCondition:
    """Build a condition on events that do not occur and attributes that no customer has."""
    lesson = {
        "type": "event",
        "event": f"Lesson {at} Completed",
        "value": 1 + at % 5,
        "window": {"within_days": 30},
    }
    city = {"type": "attribute", "name": f"favourite_{at}", "operator": "starts_with", "value": "K"}
    return {"type": "and", "conditions": [lesson, city]}


def same_event(at: int) -> StoredCondition:
    """Build a condition on the frequent event, with a count that no customer reaches."""
    window = {"within_days": 1 + at % 90}
    return {"type": "event", "event": "Order Completed", "value": 50 + at % 50, "window": window}


def _events() -> Iterator[Figure]:
    """Measure CPU and write units of accepting and projecting one more order of a known customer."""
    _event_cost(build_rule_set(0, same_event))  # warm up
    base, units, _ = _event_cost(build_rule_set(0, same_event))
    yield Figure(bench=NAME, name="an event without segments", value=units, unit="write units")
    for condition, what in ((_elsewhere, "on other events"), (same_event, "on this event")):
        for number in DEFINED:
            seconds, units, asked = _event_cost(build_rule_set(number, condition))
            name = f"{number:,} segments {what}"
            budget = 2.0 if condition is _elsewhere else None
            yield Figure(
                bench=NAME,
                name=f"{name}: CPU relative to none",
                value=seconds / base,
                unit="x",
                budget=budget,
            )
            yield Figure(bench=NAME, name=f"{name}: conditions evaluated per event", value=asked)
            yield Figure(bench=NAME, name=f"{name}: per event", value=units, unit="write units")


def _event_cost(made: RuleSet) -> tuple[float, float, float]:
    asked = [0]
    with on_stage() as stage, defined(made), counted(asked):
        buy(stage, range(EVENTS), 0)
        buy(stage, range(EVENTS), 1)
        stage.meter.reset()
        asked[0] = 0
        costs = [cpu(partial(buy, stage, [at], 2)) for at in range(EVENTS)]
        return median(costs), stage.meter.reset().write / EVENTS, asked[0] / EVENTS
