"""Compute the values of a customer live: aggregates, scores and expressions by name."""

from collections.abc import Sequence
from typing import Any, TypedDict

from crm.domain.conditions.facts import Facts
from crm.domain.conditions.value_conditions import AGGREGATE, EXPRESSION, SCORE
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import RuleSet
from crm.services.profiles.fresh_members import query_members
from crm.services.ruleset import ruleset


class ComputedValues(TypedDict):
    """Values by group and name; `building`: names of those that are not computed yet."""

    aggregates: dict[str, Any]
    scores: dict[str, Any]
    expressions: dict[str, Any]
    building: list[str]


def values_of_members(members: Sequence[ProfileState], now: int, *, hidden: bool) -> ComputedValues:
    """Return each definition's value at this instant (epoch ms), by group and name.

    None means: nothing to compute, not computed yet (then the name is in `building`), or `hidden` because the person's
    activities must not be shown.
    """
    known = ruleset.current_rule_set()
    if not known.values:
        return _nothing()
    return query_members(members, lambda read: _values(known, read, now, hidden=hidden))


def _nothing() -> ComputedValues:
    return {"aggregates": {}, "scores": {}, "expressions": {}, "building": []}


def _values(known: RuleSet, members: Sequence[ProfileState], now: int, *, hidden: bool) -> ComputedValues:
    shown, facts = _nothing(), Facts(members)
    groups = {AGGREGATE: shown["aggregates"], SCORE: shown["scores"], EXPRESSION: shown["expressions"]}
    for value in known.values:
        metrics = value.computed.metrics
        # Attributes alone need no counting, and reveal no activities.
        there = not metrics or (not hidden and all(known.has_counted(metrics, member) for member in members))
        groups[value.kind][value.name] = value.computed.at(facts, now)[0] if there else None
        if not there and not hidden:
            shown["building"].append(value.name)
    return shown
