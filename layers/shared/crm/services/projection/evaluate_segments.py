"""Evaluate segments: store on the card which of them a person is in. Only what has changed is evaluated again."""

from collections.abc import Sequence

from crm.domain.card import card_of
from crm.domain.card_fields import IN_TRASH
from crm.domain.conditions.changed_facets import changed_facets
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import RuleSet
from crm.domain.weak_attributes import shares_other_attributes


def make_card(
    root: ProfileState,
    held: ProfileState,
    members: Sequence[ProfileState],
    rule_set: RuleSet,
    facets: frozenset[str] | None,
    *,
    now: int,
    consent_required: bool,
) -> None:
    """Give the canonical profile of these members its card and its due instant.

    `held`: the same profile as it is stored. `facets` that have changed since, None if unknown. `now`: the instant
    (epoch ms) at which segments are evaluated.
    """
    card = card_of(members, consent_required=consent_required, reader=rule_set.reader)
    knows_flips = held.flips is not None and not consent_required
    if not _is_current_card(held, rule_set, None if knows_flips else now) or card["kind"] == IN_TRASH:
        facets = None
    root.card, root.flips = held.card, held.flips
    evaluation = rule_set.evaluate(members, now, consent_required=consent_required, changed=facets)
    if evaluation.segments:
        card["segments"] = evaluation.segments
    if evaluation.pending_builds:
        card["candidates"] = evaluation.pending_builds
    root.card = card
    root.due, root.flips = _next_due(held.due, evaluation.due, now), evaluation.flips


def changed_between(held: ProfileState, state: ProfileState) -> frozenset[str] | None:
    """Return the facets that differ, None if the person's members, claims or borrowed attributes differ as well."""
    if (
        held.version == 0
        or held.is_former
        or held.claimed != state.claimed
        or shares_other_attributes(held, state)
    ):
        return None
    return changed_facets(held, state)


def _is_current_card(held: ProfileState, rule_set: RuleSet, now: int | None) -> bool:
    """Decide whether the stored card is right for this rule set, but for known changes.

    `now` is given if it is unknown what time changes.
    """
    if held.card is None or held.card["kind"] == IN_TRASH or held.rule_set != rule_set.version:
        return False
    return held.due is None or now is None or now < held.due


def _next_due(held: int | None, due: int | None, now: int) -> int | None:
    """Return the next due instant, moved only earlier until it passes: one index write a window, not an event."""
    if held is None or held <= now:
        return due
    return held if due is None else min(held, due)
