"""Make the EventBridge events that inform other services of what changed about a profile.

They hold names and ids only: a service with the permission for values reads them by the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.domain.card_fields import RECOGNISED
from crm.domain.consent import requests_of
from crm.domain.event_types import (
    CONSENT_PENDING,
    PROFILE_CREATED,
    PROFILE_ERASED,
    PROFILE_ID_CHANGED,
    PROFILE_LINKED,
    PROFILE_RECOGNISED,
    PROFILE_UNLINKED,
    PROFILE_UPDATED,
)
from crm.domain.memberships import listed_id
from crm.domain.person import merged
from crm.domain.profile import ProfileState
from crm.domain.stamped import Register
from crm.domain.times import iso

SHOWN_ID_FIELD, REPLACES = "shown_id", "replaces"
"""Fields of a detail: the id under which the API shows the customer (None until it is looked up), and the id that it
replaces.
"""

_DECIDING = (
    "identity",
    "claimers",
    "established",
    "shared",
    "joins_closed",
    "attributes",
    "groups",
    "consents",
    "pending",
    "ranked",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change event. `id` is the same whenever the change is published again: deduplicate by it."""

    id: str
    type: str
    profile_id: str
    detail: dict[str, Any] = field(default_factory=dict)


def changes_of(before: ProfileState | None, after: ProfileState) -> list[Change]:
    """Return the change events of a new version of a stored profile; counts and times alone cause none."""
    changes = _events_between(before, after)
    named = {} if after.stale else {SHOWN_ID_FIELD: listed_id(after.card, after.id) if after.card else None}
    return [
        Change(
            f"{after.id}:{after.version}:{type_}",
            type_,
            str(named[SHOWN_ID_FIELD]) if type_ == PROFILE_ID_CHANGED else after.id,
            {"version": after.version, **named, **detail},
        )
        for type_, detail in changes
    ]


def ids_to_look_up(detail: Mapping[str, Any]) -> set[str]:
    """Return the ids of a detail for which the currently shown id must be looked up."""
    unknown = {detail["profile_id"]} if detail.get(SHOWN_ID_FIELD, "") is None else set()
    return unknown | ({detail[REPLACES]} if REPLACES in detail else set())


def with_shown_id(detail: Mapping[str, Any], shown: Mapping[str, str]) -> dict[str, Any]:
    """Return the detail to publish. `shown`: by the ids that were looked up, the ids that the API shows now.

    An id under which a customer is shown is not replaced.
    """
    completed = dict(detail)
    if completed.get(SHOWN_ID_FIELD, "") is None:
        completed[SHOWN_ID_FIELD] = shown.get(completed["profile_id"])
    if REPLACES in completed and shown.get(completed[REPLACES]) == completed[REPLACES]:
        del completed[REPLACES]
    return {name: value for name, value in completed.items() if name != SHOWN_ID_FIELD or value is not None}


def _events_between(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    if after.stale:
        # Marked, and not folded again yet. A profile may be marked twice, and is erased once.
        at = iso(max(after.erased_at or 0, after.published_at))
        return [] if before is None or before.stale else [(PROFILE_ERASED, {"at": at})]
    if _is_only_erased(after):
        return []
    if before is None or before.stale or _is_only_erased(before):
        before = None
    if before is not None and _is_unchanged(before, after):
        return _lifecycle(before, after)
    return [
        *_lifecycle(before, after),
        *_ownership(before, after),
        *_values(before, after),
        *_requested(before, after),
    ]


def _is_unchanged(before: ProfileState, after: ProfileState) -> bool:
    """Return whether nothing differs that decides owner, values and requests: most saves change counts and times
    only.
    """
    return all(getattr(before, name) == getattr(after, name) for name in _DECIDING)


def _is_only_erased(profile: ProfileState) -> bool:
    """Return whether only the mark of an erased profile is left: later activities make a new customer."""
    return profile.erased_at is not None and profile.first_seen is None and not profile.claimers


def _lifecycle(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    kind, former = _kind(after), _kind(before)
    changes: list[tuple[str, dict[str, Any]]] = []
    if before is None:
        changes.append((PROFILE_CREATED, {"kind": kind} if kind else {}))
    if kind == RECOGNISED and former != kind:
        changes.append((PROFILE_RECOGNISED, {}))
    if former_id := _former_id(before, after):
        changes.append((PROFILE_ID_CHANGED, {REPLACES: former_id}))
    return changes


def _former_id(before: ProfileState | None, after: ProfileState) -> str | None:
    """Return the id under which a canonical profile was shown before, where it is another one now."""
    if before is None or before.card is None or after.card is None:
        return None
    former = listed_id(before.card, before.id)
    return None if former == listed_id(after.card, after.id) else former


def _kind(profile: ProfileState | None) -> str | None:
    return profile.card["kind"] if profile and profile.card else None


def _ownership(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    former = before.owner if before else None
    if after.owner == former:
        return []
    if not after.owner:
        return [(PROFILE_UNLINKED, {"former_owner": former})]
    shown = {REPLACES: listed_id(before.card, before.id)} if before and before.card else {}
    return [(PROFILE_LINKED, {"owner": after.owner} | shown)]


def _values(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    if before is None:
        return []
    differing = {
        section: _differing(merged([before], section), merged([after], section))
        for section in ("attributes", "consents", "pending", "groups")
    }
    consents = differing["consents"] | differing.pop("pending")
    changed = {
        section: sorted(names) for section, names in (differing | {"consents": consents}).items() if names
    }
    return [(PROFILE_UPDATED, changed)] if changed else []


def _requested(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    """Return the consents that need a confirmation since this version: a repeated request needs it again."""
    known = requests_of([before], before) if before else {}
    keys = [key for key, request in sorted(requests_of([after], after).items()) if known.get(key) != request]
    return [(CONSENT_PENDING, {"consents": keys})] if keys else []


def _differing(before: Register, after: Register) -> set[str]:
    def value(register: Register, name: str) -> Any:
        return register[name].value if name in register else None

    return {name for name in before.keys() | after.keys() if value(before, name) != value(after, name)}
