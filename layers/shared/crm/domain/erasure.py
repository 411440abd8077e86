"""What an erasure takes out of the logs of others: the erased person's identities, wherever they are said."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from crm.domain.activity import CONFLICT, Activity
from crm.domain.effects import LINKS
from crm.domain.identity import EMAIL, PHONE, Identity

_TELLING_LENGTH = 6
"""Shorter ids (`42`) also stand for other things: only where they are said as an identity are they taken out."""

Erased = Mapping[Identity, int]
"""Identities, and until when (epoch ms) what came or happened is erased."""


def says(activity: Activity, erased: Erased) -> bool:
    """Whether this activity, of another person's log, says an erased identity and is reached by the erasure."""
    return redacted(activity, erased) != activity


def redacted(activity: Activity, erased: Erased) -> Activity | None:
    """The activity without the erased identities; None where it was about nothing else."""
    since = min(activity.occurred_at, activity.received_at)
    gone = {identity for identity, until in erased.items() if since <= until}
    if not gone:
        return activity
    if activity.type == CONFLICT and gone.intersection(_parties(activity)):
        return None
    texts = {i.value.casefold() for i in gone if i.type in {EMAIL, PHONE} or len(i.value) >= _TELLING_LENGTH}
    effects = _without_links(activity.effects, gone)
    return replace(
        activity,
        identities=activity.identities[:1] + tuple(i for i in activity.identities[1:] if i not in gone),
        properties=_without(activity.properties, texts),
        context=_without(activity.context, texts),
        effects=_without(effects, texts) or None,
    )


def _parties(conflict: Activity) -> list[Identity]:
    return [Identity(*conflict.properties[party]) for party in ("claimer", "claimed")]


def _without_links(effects: dict[str, Any] | None, gone: Collection[Identity]) -> dict[str, Any]:
    if not effects or LINKS not in effects:
        return effects or {}
    kept = [link for link in effects[LINKS] if Identity(link[0], link[1]) not in gone]
    return {**effects, LINKS: kept}


def _without(value: Any, texts: Collection[str]) -> Any:
    """The value without what is one of the texts."""
    if isinstance(value, dict):
        return {key: _without(part, texts) for key, part in value.items() if not _is_one(part, texts)}
    if isinstance(value, list):
        return [_without(part, texts) for part in value if not _is_one(part, texts)]
    return value


def _is_one(value: Any, texts: Collection[str]) -> bool:
    return isinstance(value, str) and value.casefold() in texts
