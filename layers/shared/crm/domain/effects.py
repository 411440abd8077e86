"""Effects: what an activity does to the profile beyond what it says.

A form sets tags and grants consents, an edit by hand changes attributes, a merge links two people: all are activities
whose effects are folded, per key, last write wins. What comes in by the tracking API has none.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from crm.domain.activity import Activity
from crm.domain.consent import GRANTED, PENDING
from crm.domain.fold_rules import FoldRules
from crm.domain.identity import Identity
from crm.domain.times import iso
from crm.domain.trust import Rank

ATTRIBUTES, TAGS, CLASSES, FIELDS, CONSENTS = "attributes", "tags", "classes", "fields", "consents"
PENDING_CONSENTS = "pending"
"""Where the fold keeps the consents among them that need a confirmation."""

GROUPS = "groups"
"""Where the fold keeps what `group` messages say."""

LINKS = "links"
WORK = "work"
"""A note or a task as it is from now on; kept beside the profile, not in it."""

RESPONSIBLE, DELETED, SHOWN_ID, LIST, OVERRIDE = "responsible", "deleted", "canonical:", "list:", "segment:"
"""Keys of FIELDS: who looks after the customer, whether it was deleted by hand; with a profile id behind it, that a
merge chose this one to be shown; with the id of a list behind it, whether the customer is on that; with the id of a
segment behind it, whether the customer is in that (True) or out (False), whatever its conditions say."""

SINCE = "since"
"""In a consent of a row of a file: when it was said there, in ISO 8601. The row's own time decides what holds."""

REGISTERS = (ATTRIBUTES, TAGS, CLASSES, FIELDS)
"""Effects that are `{key: value}`, where None empties."""


def shown_as(profile_id: str) -> dict[str, Any]:
    """What FIELDS says when a profile is to be shown under this id, for as long as it is a member's."""
    return {SHOWN_ID + profile_id: True}


def on_list(list_id: str, *, added: bool) -> dict[str, Any]:
    """What FIELDS says when a customer is put on a list or taken off it."""
    return {LIST + list_id: True if added else None}


def overriding(segment_id: str, *, member: bool | None) -> dict[str, Any]:
    """What FIELDS says when people decide whether a customer is in a segment; None leaves it to the conditions."""
    return {OVERRIDE + segment_id: member}


def overrides_in(fields: Iterable[str]) -> list[str]:
    """Ids of the segments that these keys of FIELDS are about."""
    return [key.removeprefix(OVERRIDE) for key in fields if key.startswith(OVERRIDE)]


def lists_in(fields: Iterable[str]) -> list[str]:
    """Ids of the lists that these keys of FIELDS are about."""
    return [key.removeprefix(LIST) for key in fields if key.startswith(LIST)]


def links_in(effects: dict[str, Any]) -> dict[Identity, bool]:
    """Identities that people said do (True) or do not (False) belong to the log's own."""
    return {Identity(type_, value): linked for type_, value, linked in effects.get(LINKS, ())}


def consents_in(activity: Activity, rules: FoldRules) -> dict[str, dict[str, Any]]:
    """What an activity says about consents, by key: its effects, and Segment's `consent.categoryPreferences`.

    Anybody can send what public code says: it counts for the keys only that the rules let pages speak of.
    """
    if not activity.effects and "consent" not in activity.context:
        return {}
    said = _preferences_in(activity)
    if said and activity.rank is Rank.PUBLIC:
        said = {key: _asked(key, consent, rules) for key, consent in said.items() if rules.pages_may_say(key)}
    for key, value in (activity.effects or {}).get(CONSENTS, {}).items():
        told = {name: value[name] for name in value if name != SINCE}
        at = value.get(SINCE, iso(activity.occurred_at))
        said[key] = {"source": activity.source_id, **told, "at": at}
    return said


def consents_under(rules: FoldRules) -> Callable[[Activity], dict[str, dict[str, Any]]]:
    """`consents_in` by these rules."""
    return partial(consents_in, rules=rules)


def _asked(key: str, consent: dict[str, Any], rules: FoldRules) -> dict[str, Any]:
    asked = consent["state"] == GRANTED and rules.asks_pages_for_more(key)
    return consent | {"state": PENDING} if asked else consent


def _preferences_in(activity: Activity) -> dict[str, dict[str, Any]]:
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
