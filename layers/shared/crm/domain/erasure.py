"""What an erasure takes out of the logs of others: the erased person's identities, wherever they are said."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from crm.domain.activity import CONFLICT, Activity
from crm.domain.conflict import parties_of
from crm.domain.effects import LINKS
from crm.domain.identity import Identity
from crm.domain.telling import telling

GONE = "[erased]"
"""Stands in a text where an identity stood."""

Erased = Mapping[Identity, int]
"""Identities, and until when (epoch ms) what came or happened is erased."""


def says(activity: Activity, erased: Erased) -> bool:
    """Whether this activity, of another person's log, says an erased identity and is reached by the erasure."""
    return redacted(activity, erased) != activity


def redacted(activity: Activity, erased: Erased) -> Activity | None:
    """The activity without the erased identities; None where it was about nothing else."""
    since = activity.since
    gone = {identity for identity, until in erased.items() if since <= until}
    if not gone:
        return activity
    if activity.type == CONFLICT and gone.intersection(parties_of(activity)):
        return None
    pattern = telling(gone)
    effects = _without_links(activity.effects, gone)
    return replace(
        activity,
        name=_without_words(activity.name, pattern),
        identities=activity.identities[:1] + tuple(i for i in activity.identities[1:] if i not in gone),
        properties=_without(activity.properties, pattern),
        context=_without(activity.context, pattern),
        effects=_without(effects, pattern) or None,
    )


def _without_links(effects: dict[str, Any] | None, gone: Collection[Identity]) -> dict[str, Any]:
    if not effects or LINKS not in effects:
        return effects or {}
    kept = [link for link in effects[LINKS] if Identity(link[0], link[1]) not in gone]
    return {**effects, LINKS: kept}


def _without(value: Any, pattern: re.Pattern[str] | None) -> Any:
    """The value without what is, or is told by, one of the identities."""
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
    return pattern.sub(GONE, value) if pattern and isinstance(value, str) else value
