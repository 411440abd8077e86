"""Explain why a customer is in a segment or not: each condition's result, its evidence, and when it can change."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crm.domain.api_key import Principal
from crm.domain.conditions.condition import NEVER, Node, next_change
from crm.domain.conditions.facts import Facts
from crm.domain.local_days import day_number
from crm.domain.memberships import segments_of
from crm.domain.metrics.selector import CONSENT_KIND, Selector
from crm.domain.profile import ProfileState
from crm.domain.times import DAY_MS, iso, parse_time
from crm.domain.views.memberships import ExplainedView, ExplanationView, ProfileSegmentView
from crm.services.profiles import people
from crm.services.profiles.profile_view import HIDDEN, is_hidden
from crm.services.ruleset import ruleset
from crm.services.segments import segments
from crm.services.segments.log_facts import facts_from_logs, matching
from crm.services.segments.manual_overrides import by_hand
from crm.services.segments.views import with_names
from crm.storage import definitions

_MAX_EVENTS = 10
"""Events that are named as the evidence of one condition: the newest ones."""

_PARTS = ("conditions", "condition")
_COMPILED = ("of", "definition", "snapshot")
"""What a compiled condition holds in addition to its definition: the ranked value, and the snapshot, which is
evidence.
"""
_END_OF_TIME = 1 << 60


def segments_in(profile_id: str, viewer: Principal, *, now: int) -> list[ProfileSegmentView]:
    """Return the segments that a customer is in, by name, as last evaluated. Raises NotFoundError."""
    person = people.find(profile_id, viewer)
    facts = Facts(person.members)
    found = definitions.find_many(ruleset.SEGMENT, segments_of(person.root.card))
    memberships: list[ProfileSegmentView] = [
        {
            "id": one["id"],
            "name": one["name"],
            "type": one["type"],
            "by_hand": by_hand(facts, one["id"]),
        }
        for one in found
    ]
    return sorted(memberships, key=lambda one: (one["name"].casefold(), one["id"]))


def explain(profile_id: str, segment: str, viewer: Principal, *, now: int) -> ExplanationView:
    """Return the model `Explanation` as of this instant (epoch ms), by the build that serves, else the one being built.

    Raises NotFoundError.
    """
    found = segments.get(segment)
    person = people.find(profile_id, viewer)
    evaluated = ruleset.current_rule_set().find(found.id)
    explanation: ExplanationView = {
        "segment": found.id,
        "name": found.name,
        "version": found.version,
        "state": found.state,
        "member": found.id in segments_of(person.root.card),
        "holds": False,
        "by_hand": by_hand(Facts(person.members), found.id),
        "at": iso(now),
        "hidden": HIDDEN if is_hidden(person.members, now) else None,
        "next_change": None,
        "tree": None,
    }
    if evaluated is None or explanation["hidden"]:
        return explanation
    days = ruleset.local_days()
    # From the logs: stored counts may be incomplete while a build is being made.
    facts = facts_from_logs(person.members, evaluated.node.all_metrics, days)
    holds, until = next_change(evaluated.node, facts, now)
    tree = _explained(evaluated.node.parts[0], facts, person.members, now)
    return {**explanation, "holds": holds, "next_change": _instant(until), "tree": tree}


def _explained(node: Node, facts: Facts, members: Sequence[ProfileState], now: int) -> ExplainedView:
    holds, until = next_change(node, facts, now)
    condition = {name: value for name, value in node.definition.items() if name not in {*_PARTS, *_COMPILED}}
    evidence = node.evidence(facts, now) if node.evidence else {}
    if selectors := [metric.selector for metric in node.metrics if metric.selector.kind != CONSENT_KIND]:
        evidence["events"] = _events(selectors, evidence, members)
    return {
        "condition": with_names(condition) if not node.parts else condition,
        "holds": holds,
        "next_change": _instant(until),
        "evidence": evidence,
        "parts": [_explained(part, facts, members, now) for part in node.parts],
    }


def _events(
    selectors: Sequence[Selector], evidence: Mapping[str, Any], members: Sequence[ProfileState]
) -> list[dict[str, Any]]:
    """Return the newest activities that the condition counted."""
    first, last = _evidence_range(evidence)
    found = matching(members, selectors, first, last, _MAX_EVENTS)
    return [{"id": a.message_id, "name": a.name, "type": a.type, "at": iso(a.occurred_at)} for a in found]


def _evidence_range(evidence: Mapping[str, Any]) -> tuple[int, int]:
    """Return the first and the last instant (epoch ms) of the window that the evidence names."""
    if "until" in evidence:
        return parse_time(evidence["since"]) or 0, parse_time(evidence["until"]) or 0
    begins = ruleset.local_days().begins
    first = begins(_day(evidence["from"])) if "from" in evidence else 0
    return first, begins(_day(evidence["to"]) + 1) - 1 if "to" in evidence else _END_OF_TIME - DAY_MS


def _day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def _instant(at: int) -> str | None:
    return None if at >= NEVER else iso(at)
