"""Remove an erased person from the logs, notes and tasks of others.

The person's identities are removed everywhere, and so are values that were copied from the person's profiles.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from crm.domain.activity import CONFLICT, Activity
from crm.domain.conflict import parties_of
from crm.domain.copies import ErasedCopies, without_copies
from crm.domain.effect_fields import LINKS, WORK, Effects
from crm.domain.identities_in_text import pattern_of_identities
from crm.domain.identity import Identity
from crm.domain.identity_mentions import Mention
from crm.domain.notes_and_tasks import made_at
from crm.domain.work_fields import Work

ERASED_TEXT = "[erased]"
"""Replaces an identity in a text."""

Erased = Mapping[Identity, int]
"""Identities, and until when (epoch ms) their activities are erased."""


def redacted(
    activity: Activity,
    erased: Erased,
    copies: ErasedCopies | None = None,
    unnamed: Collection[str] = (),
) -> Activity | None:
    """Return an activity of another person's log without the erased identities and the copies that go with them.

    `unnamed`: see `without_copies`. None if the activity was about nothing else.
    """
    since = _since(activity)
    gone = {identity for identity, until in erased.items() if since <= until}
    if copies is not None:
        activity = without_copies(activity, copies, unnamed)
    if not gone:
        return activity
    if activity.type == CONFLICT and gone.intersection(parties_of(activity)):
        return None
    pattern = pattern_of_identities(gone)
    return replace(
        activity,
        name=_without_words(activity.name, pattern),
        identities=activity.identities[:1] + tuple(i for i in activity.identities[1:] if i not in gone),
        properties=_without(_without_named(activity.properties, gone), pattern),
        context=_without(_without_named(activity.context, gone), pattern),
        effects=_without_effects(activity.effects, gone, pattern) or None,
    )


def redacted_work(work: Work, erased: Erased) -> Work:
    """Return a note or task of another customer without the erased identities; itself where it names none.

    Its creation time decides: later edits repeat its content.
    """
    pattern = pattern_of_identities(
        {identity for identity, until in erased.items() if made_at(work) <= until}
    )
    after = _masked(work, pattern)
    return work if after == work else after | {"version": work["version"] + 1}


def names_erased(mentions: Iterable[Mention], received_at: int, erased: Erased) -> bool:
    """Return whether input that is in no log names an erased person and is from before the erasure."""
    return any(
        min(received_at, received_at if mention.at is None else mention.at) <= erased[identity]
        for mention in mentions
        for identity in mention.identities & erased.keys()
    )


def _since(activity: Activity) -> int:
    work = (activity.effects or {}).get(WORK)
    return min(activity.since, made_at(work)) if work else activity.since


def _without_effects(
    effects: Effects | None, gone: Collection[Identity], pattern: re.Pattern[str] | None
) -> Effects:
    """Redact effects. A note or task keeps its fields, by which it is read."""
    kept = _without_links(effects, gone)
    redacted: Effects = _without({name: effect for name, effect in kept.items() if name != WORK}, pattern)
    if WORK in kept:
        redacted[WORK] = _masked(kept[WORK], pattern)
    return redacted


def _without_named(value: Any, gone: Collection[Identity]) -> Any:
    """Drop objects that pair the type with the value of an erased identity, however short the identity is."""
    if isinstance(value, dict):
        return {
            key: _without_named(part, gone) for key, part in value.items() if not _is_identity(part, gone)
        }
    if isinstance(value, list):
        return [_without_named(part, gone) for part in value if not _is_identity(part, gone)]
    return value


def _is_identity(value: Any, gone: Collection[Identity]) -> bool:
    if not isinstance(value, dict):
        return False
    text = value.get("value", value.get("id"))
    return (value.get("type"), text) in gone if isinstance(text, str) else False


def _without_links(effects: Effects | None, gone: Collection[Identity]) -> Effects:
    if not effects or LINKS not in effects:
        return effects or {}
    kept = [link for link in effects[LINKS] if Identity(link[0], link[1]) not in gone]
    return {**effects, LINKS: kept}


def _without(value: Any, pattern: re.Pattern[str] | None) -> Any:
    """Drop values that are one of the identities, or contain it."""
    if pattern is None:
        return value
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if not pattern.search(key)}
        return {key: _without(part, pattern) for key, part in kept.items() if not _is_one(part, pattern)}
    if isinstance(value, list):
        return [_without(part, pattern) for part in value if not _is_one(part, pattern)]
    return _without_words(value, pattern)


def _is_one(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _without_words(value: Any, pattern: re.Pattern[str] | None) -> Any:
    return pattern.sub(ERASED_TEXT, value) if pattern and isinstance(value, str) else value


def _masked(value: Any, pattern: re.Pattern[str] | None) -> Any:
    """Replace the identities in the value by GONE; nothing is left out."""
    if isinstance(value, dict):
        return {key: _masked(part, pattern) for key, part in value.items()}
    return _without_words(value, pattern)
