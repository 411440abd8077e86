"""Values that definitions compute: aggregates, scores and expressions, on the card and in conditions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crm.domain.activity import SCORED
from crm.domain.attribute_reader import STANDARD_READER, AttributeReader
from crm.domain.conditions.condition import MAX_STEPS, NEVER, Node, Span, timed
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.instants import RecentCount, recent_count
from crm.domain.conditions.measures import Measure, json_number, measure_of
from crm.domain.conditions.windows import instant_window_of
from crm.domain.expressions import language
from crm.domain.expressions.language import Program
from crm.domain.local_days import LocalDays
from crm.domain.metrics.metric import SUM, Metric
from crm.domain.operators import comparison_of

POINTS = "points"
AGGREGATE, SCORE, EXPRESSION = "aggregate", "score", "expression"
VALUE_KINDS = (AGGREGATE, SCORE, EXPRESSION)

Lasting = tuple[Any, int]
"""A value, and until when it cannot change if nothing happens (epoch ms)."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A compiled value definition: `at` computes the value of the facts at an instant."""

    at: Callable[[Facts, int], Lasting]
    facets: frozenset[str]
    metrics: tuple[Metric, ...]


def computed(
    kind: str, definition: Mapping[str, Any], days: LocalDays, reader: AttributeReader = STANDARD_READER
) -> Computed:
    """Compile a definition in its stored form, which contains everything that it refers to."""
    return _expression(definition, days, reader) if kind == EXPRESSION else _MAKERS[kind](definition, days)


def value_condition(condition: dict[str, Any], days: LocalDays, reader: AttributeReader) -> Node:
    """Build the condition that compares `of` (the kind) and `definition` by `operator` with `value`."""
    value = computed(condition["of"], condition["definition"], days, reader)
    return lasting_condition(condition, value, comparison_of(condition["operator"], condition.get("value")))


def lasting_condition(
    condition: dict[str, Any],
    value: Computed,
    passes: Callable[[Any], bool],
    details: Mapping[str, Any] | None = None,
) -> Node:
    """Build the condition that a value passes. `details`: the evidence to show with the value."""

    def span(facts: Facts, at: int) -> Span:
        found, until = value.at(facts, at)
        holds = passes(found)
        for _ in range(MAX_STEPS):
            if until >= NEVER:
                break
            found, further = value.at(facts, until)
            if passes(found) is not holds:
                break
            until = further
        return holds, until

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        return {"value": value.at(facts, at)[0], **(details or {})}

    return timed(condition, span, set(value.facets), evidence, value.metrics)


def _aggregate(definition: Mapping[str, Any], days: LocalDays) -> Computed:
    measure = _measure_of(dict(definition), days)

    def at(facts: Facts, instant: int) -> Lasting:
        return json_number(measure.at(facts, instant)), measure.until(facts, instant)

    return Computed(at, _facets([measure.metric]), (measure.metric,))


def _measure_of(definition: dict[str, Any], days: LocalDays) -> Measure | RecentCount:
    window = instant_window_of(definition.get("window"))
    return measure_of(definition, days) if window is None else recent_count(definition, window, days)


def _facets(metrics: Sequence[Metric]) -> frozenset[str]:
    return frozenset(f"metric:{metric.id}" for metric in metrics)


def _score(definition: Mapping[str, Any], days: LocalDays) -> Computed:
    """Compile a score: points for each activity that a rule selects, and those given by hand."""
    rules = [(Fraction(str(rule["points"])), _measure_of(rule, days)) for rule in definition["rules"]]
    rules.append((Fraction(1), measure_of(points_given(definition["id"]), days)))
    measures = [measure for _, measure in rules]

    def at(facts: Facts, instant: int) -> Lasting:
        total = sum((points * measure.at(facts, instant) for points, measure in rules), Fraction())
        return json_number(total), min(measure.until(facts, instant) for measure in measures)

    metrics = tuple(measure.metric for measure in measures)
    return Computed(at, _facets(metrics), metrics)


def points_given(score_id: str) -> dict[str, Any]:
    """Return the definition of the sum of the points of a score that users gave and took by hand."""
    return {"kind": SCORED, "event": score_id, "function": SUM, "property": POINTS}


def _expression(stored: Mapping[str, Any], days: LocalDays, reader: AttributeReader) -> Computed:
    program = language.compile(stored["text"])
    parts = {
        group: {name: computed(kind, definition, days, reader) for name, (kind, definition) in named.items()}
        for group, named in stored.get("uses", {}).items()
    }
    inner = [part for named in parts.values() for part in named.values()]
    names = program.references.get("attributes", ())
    facets = frozenset(f"attribute:{name}" for name in names).union(*(part.facets for part in inner))

    def at(facts: Facts, instant: int) -> Lasting:
        values = {
            group: {name: part.at(facts, instant) for name, part in named.items()}
            for group, named in parts.items()
        }
        until = min((last for named in values.values() for _, last in named.values()), default=NEVER)
        attributes = {name: reader.shown(name, facts.attributes.get(name)) for name in names}
        return _evaluate(program, attributes, values), until

    return Computed(at, facets, tuple(metric for part in inner for metric in part.metrics))


def _evaluate(program: Program, attributes: dict[str, Any], values: dict[str, dict[str, Lasting]]) -> Any:
    found = {
        group: {name: value for name, (value, _) in named.items() if value is not None}
        for group, named in values.items()
    }
    return program.evaluate({"attributes": attributes, **found})


_MAKERS: dict[str, Callable[[Mapping[str, Any], LocalDays], Computed]] = {
    AGGREGATE: _aggregate,
    SCORE: _score,
}
