"""Compile conditions: each condition type, from its stored form to the node that evaluates it.

The stored form contains everything that the condition refers to.
"""

from collections.abc import Callable
from typing import Any

from crm.domain.attribute_reader import STANDARD_READER, AttributeReader
from crm.domain.conditions.card_conditions import CARD_CONDITIONS, attribute_condition
from crm.domain.conditions.condition import NEVER, Node, Span, all_of, any_of, none_of, timeless
from crm.domain.conditions.consent_conditions import consent_condition
from crm.domain.conditions.event_conditions import EVENT_CONDITIONS
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.random_share import random_share_condition
from crm.domain.conditions.sequences import sequence_condition
from crm.domain.conditions.time_conditions import date_condition
from crm.domain.conditions.top_conditions import TOP, top_condition
from crm.domain.conditions.value_conditions import value_condition
from crm.domain.local_days import LocalDays

_ConditionJson = dict[str, Any]

_OF_CARD: dict[str, Callable[[_ConditionJson], Node]] = {
    **CARD_CONDITIONS,
    "random_share": random_share_condition,
}
_OF_DAYS: dict[str, Callable[[_ConditionJson, LocalDays], Node]] = {
    **EVENT_CONDITIONS,
    "sequence": sequence_condition,
    "consent": consent_condition,
}
_OF_ATTRIBUTES: dict[str, Callable[[_ConditionJson, LocalDays, AttributeReader], Node]] = {
    "attribute": lambda condition, _days, reader: attribute_condition(condition, reader),
    "date": date_condition,
    "value": value_condition,
    TOP: top_condition,
}
AND, OR, NOT, SEGMENT_TYPE, STATIC_CONDITION = "and", "or", "not", "segment", "nobody"
"""STATIC_CONDITION is the stored condition of a static segment. It matches no customer: users add them by hand."""


def compile_condition(
    condition: _ConditionJson, days: LocalDays, reader: AttributeReader = STANDARD_READER
) -> Node:
    """Compile a condition to its node, with attributes as `reader` reads them. Raises KeyError for an unknown type."""
    type_ = condition["type"]
    if type_ in {AND, OR}:
        parts = [compile_condition(part, days, reader) for part in condition["conditions"]]
        return all_of(condition, parts) if type_ == AND else any_of(condition, parts)
    if type_ == NOT:
        return none_of(condition, compile_condition(condition["condition"], days, reader))
    if type_ == SEGMENT_TYPE:
        return member_of(
            condition["segment"], compile_condition(condition["condition"], days, reader), condition
        )
    if type_ == STATIC_CONDITION:
        return timeless(condition, lambda _facts, _at: False, set(), lambda _facts, _at: {})
    if type_ in _OF_ATTRIBUTES:
        return _OF_ATTRIBUTES[type_](condition, days, reader)
    return _OF_CARD[type_](condition) if type_ in _OF_CARD else _OF_DAYS[type_](condition, days)


def member_of(segment_id: str, condition: Node, definition: _ConditionJson) -> Node:
    """Build the condition that a person is in a segment: a decision by hand, else the segment's condition."""

    def span(facts: Facts, at: int) -> Span:
        decided = facts.overrides.get(segment_id)
        return condition.span(facts, at) if decided is None else (decided, NEVER)

    def holds(facts: Facts, at: int) -> bool:
        decided = facts.overrides.get(segment_id)
        return condition.holds(facts, at) if decided is None else decided

    return Node(
        definition,
        holds,
        span,
        condition.facets | {override_facet(segment_id)},
        (condition,),
        lambda facts, _at: _decided(facts, segment_id),
        exact=condition.exact,
    )


def _decided(facts: Facts, segment_id: str) -> dict[str, Any]:
    return {"override": facts.overrides.get(segment_id)}


def override_facet(segment_id: str) -> str:
    """Return the facet of the decisions by hand about a segment."""
    return f"override:{segment_id}"
