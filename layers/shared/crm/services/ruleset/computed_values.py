"""Compute the values of a customer live: aggregates, scores and expressions by name."""

from collections.abc import Sequence
from typing import Any

from crm.domain.conditions.facts import Facts
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import RuleSet
from crm.domain.segments.value_definition import PLURALS
from crm.services.profiles.fresh_members import query_members
from crm.services.ruleset import ruleset

_BUILDING = "building"


def values_of_members(members: Sequence[ProfileState], now: int, *, hidden: bool) -> dict[str, Any]:
    """Return each definition's value at this instant (epoch ms), by group and name.

    None means: nothing to compute, not computed yet (then the name is in BUILDING), or `hidden` because the person's
    activities must not be shown.
    """
    known = ruleset.current()
    if not known.values:
        return _nothing()
    return query_members(members, lambda read: _values(known, read, now, hidden=hidden))


def _nothing() -> dict[str, Any]:
    return {group: {} for group in PLURALS.values()} | {_BUILDING: []}


def _values(known: RuleSet, members: Sequence[ProfileState], now: int, *, hidden: bool) -> dict[str, Any]:
    shown, facts = _nothing(), Facts(members)
    for value in known.values:
        metrics = value.computed.metrics
        # Attributes alone need no counting, and reveal no activities.
        there = not metrics or (not hidden and all(known.has_counted(metrics, member) for member in members))
        shown[PLURALS[value.kind]][value.name] = value.computed.at(facts, now)[0] if there else None
        if not there and not hidden:
            shown[_BUILDING].append(value.name)
    return shown
