"""Effects: the changes of an activity to the profile beyond what its type says.

A form sets tags and grants consents, an edit by hand changes attributes, a merge links two people: all are activities
whose effects are folded, per key, last write wins. Messages of the tracking API have none.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, cast

from crm.domain.activity import Activity
from crm.domain.consent import GRANTED, PENDING
from crm.domain.consent_fields import SINCE, ConsentEffect, ProfileConsent
from crm.domain.effect_fields import (
    ATTRIBUTES,
    CLASSES,
    CONSENTS,
    FIELDS,
    LINKS,
    LIST_FIELD,
    OVERRIDE,
    SHOWN_ID,
    TAGS,
    Effects,
)
from crm.domain.fold_rules import FoldRules
from crm.domain.identity import Identity
from crm.domain.times import iso
from crm.domain.trust import Rank


def effects_with(
    *,
    attributes: Mapping[str, Any] | None = None,
    tags: Mapping[str, bool | None] | None = None,
    classes: Mapping[str, bool | None] | None = None,
    fields: Mapping[str, Any] | None = None,
    consents: Mapping[str, ConsentEffect] | None = None,
    links: Mapping[Identity, bool] | None = None,
) -> Effects:
    """Return effects with these changes, without the registers that none changes."""
    effects: Effects = {}
    if attributes:
        effects[ATTRIBUTES] = dict(attributes)
    if tags:
        effects[TAGS] = dict(tags)
    if classes:
        effects[CLASSES] = dict(classes)
    if fields:
        effects[FIELDS] = dict(fields)
    if consents:
        effects[CONSENTS] = dict(consents)
    if links:
        effects[LINKS] = [[*identity, linked] for identity, linked in links.items()]
    return effects


def shown_as(profile_id: str) -> dict[str, Any]:
    """Return the FIELDS by which a profile is shown under this id, for as long as the id is a member's."""
    return {SHOWN_ID + profile_id: True}


def on_list(list_id: str, *, added: bool) -> dict[str, Any]:
    """Return the FIELDS that put a customer on a list or take it off."""
    return {LIST_FIELD + list_id: True if added else None}


def overriding(segment_id: str, *, member: bool | None) -> dict[str, Any]:
    """Return the FIELDS of a decision by hand whether a customer is in a segment; None leaves it to the condition."""
    return {OVERRIDE + segment_id: member}


def overrides_in(fields: Iterable[str]) -> list[str]:
    """Return the ids of the segments among these keys of FIELDS."""
    return [key.removeprefix(OVERRIDE) for key in fields if key.startswith(OVERRIDE)]


def kept_out_in(fields: Mapping[str, Any]) -> list[str]:
    """Return the ids of the segments that FIELDS keep a customer out of by hand."""
    return [id_ for id_ in overrides_in(fields) if fields[OVERRIDE + id_] is False]


def lists_in(fields: Iterable[str]) -> list[str]:
    """Return the ids of the lists among these keys of FIELDS."""
    return [key.removeprefix(LIST_FIELD) for key in fields if key.startswith(LIST_FIELD)]


def links_in(effects: Effects) -> dict[Identity, bool]:
    """Return the identities that users linked (True) with the log's own, or unlinked (False)."""
    return {Identity(type_, value): linked for type_, value, linked in effects.get(LINKS, ())}


def consents_in(activity: Activity, rules: FoldRules) -> dict[str, ProfileConsent]:
    """Return the consents that an activity sets, by key: its effects, and Segment's `consent.categoryPreferences`.

    Anyone can imitate public code: it sets only the keys that the rules allow to pages.
    """
    if not activity.effects and "consent" not in activity.context:
        return {}
    consents = _preferences_in(activity)
    if consents and activity.rank is Rank.PUBLIC:
        consents = {
            key: _as_request(key, consent, rules)
            for key, consent in consents.items()
            if rules.public_may_set(key)
        }
    for key, value in (activity.effects or {}).get(CONSENTS, {}).items():
        consents[key] = _as_stored(value, activity)
    return consents


def _as_stored(change: ConsentEffect, activity: Activity) -> ProfileConsent:
    details = {name: value for name, value in change.items() if name != SINCE}
    at = change.get(SINCE, iso(activity.occurred_at))
    return cast("ProfileConsent", {"source": activity.source_id, **details, "at": at})


def consents_under(rules: FoldRules) -> Callable[[Activity], dict[str, ProfileConsent]]:
    """Return `consents_in` with these rules."""
    return partial(consents_in, rules=rules)


def _as_request(key: str, consent: ProfileConsent, rules: FoldRules) -> ProfileConsent:
    is_request = consent["state"] == GRANTED and rules.needs_confirmation(key)
    return {**consent, "state": PENDING} if is_request else consent


def _preferences_in(activity: Activity) -> dict[str, ProfileConsent]:
    consent = activity.context.get("consent")
    preferences = consent.get("categoryPreferences") if isinstance(consent, dict) else None
    if not isinstance(preferences, dict):
        return {}
    at = iso(activity.occurred_at)
    return {
        category: {"state": "granted" if given else "denied", "at": at, "source": activity.source_id}
        for category, given in preferences.items()
        if isinstance(given, bool)
    }
