"""Make the EventBridge events that tell other services of changed profiles.

They hold names and ids only: a service that may see values reads them by the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.domain.card import merged
from crm.domain.consent import requests_of
from crm.domain.memberships import listed_id
from crm.domain.profile import ProfileState, Register
from crm.domain.times import iso

CREATED = "Profile Created"
RECOGNISED = "Profile Recognised"
UPDATED = "Profile Updated"
LINKED = "Profile Linked"
UNLINKED = "Profile Unlinked"
ERASED = "Profile Erased"
CONSENT_PENDING = "Consent Pending"
ID_CHANGED = "Profile Id Changed"

SHOWN_ID, REPLACES = "shown_id", "replaces"
"""In a detail: the id under which the API shows the customer (None until it is looked up), and the id that it has
taken the place of."""

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
    """`id` is the same whenever the change is told again: dedupe on it."""

    id: str
    type: str
    profile_id: str
    detail: dict[str, Any] = field(default_factory=dict)


def changes_of(before: ProfileState | None, after: ProfileState) -> list[Change]:
    """What a new version of a stored profile means to others; counts and times alone mean nothing."""
    told = _told(before, after)
    named = {} if after.stale else {SHOWN_ID: listed_id(after.card, after.id) if after.card else None}
    return [
        Change(
            f"{after.id}:{after.version}:{type_}",
            type_,
            str(named[SHOWN_ID]) if type_ == ID_CHANGED else after.id,
            {"version": after.version, **named, **detail},
        )
        for type_, detail in told
    ]


def ids_to_look_up(detail: Mapping[str, Any]) -> set[str]:
    """The ids of a change of which somebody must say how their customers are shown now."""
    unknown = {detail["profile_id"]} if detail.get(SHOWN_ID, "") is None else set()
    return unknown | ({detail[REPLACES]} if REPLACES in detail else set())


def with_shown_id(detail: Mapping[str, Any], shown: Mapping[str, str]) -> dict[str, Any]:
    """The detail of a change as it is told; `shown`: by the ids that were looked up, those that the API shows now.

    An id under which a customer is shown is not replaced.
    """
    told = dict(detail)
    if told.get(SHOWN_ID, "") is None:
        told[SHOWN_ID] = shown.get(told["profile_id"])
    if REPLACES in told and shown.get(told[REPLACES]) == told[REPLACES]:
        del told[REPLACES]
    return {name: value for name, value in told.items() if name != SHOWN_ID or value is not None}


def _told(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    if after.stale:
        # Marked, and not folded again yet. It may be marked twice, and is erased once.
        at = iso(max(after.erased_at or 0, after.told_at))
        return [] if before is None or before.stale else [(ERASED, {"at": at})]
    if _is_nobody(after):
        return []
    if before is None or before.stale or _is_nobody(before):
        before = None
    if before is not None and _says_the_same(before, after):
        return _lifecycle(before, after)
    return [
        *_lifecycle(before, after),
        *_ownership(before, after),
        *_values(before, after),
        *_requested(before, after),
    ]


def _says_the_same(before: ProfileState, after: ProfileState) -> bool:
    """Whether nothing differs from which owner, values and requests follow: most saves change counts and times."""
    return all(getattr(before, name) == getattr(after, name) for name in _DECIDING)


def _is_nobody(profile: ProfileState) -> bool:
    """Whether only the mark of an erased profile is left: whoever comes back is somebody new."""
    return profile.erased_at is not None and profile.first_seen is None and not profile.claimers


def _lifecycle(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    kind, former = _kind(after), _kind(before)
    told: list[tuple[str, dict[str, Any]]] = []
    if before is None:
        told.append((CREATED, {"kind": kind} if kind else {}))
    if kind == "recognised" and former != kind:
        told.append((RECOGNISED, {}))
    if former_id := _former_id(before, after):
        told.append((ID_CHANGED, {REPLACES: former_id}))
    return told


def _former_id(before: ProfileState | None, after: ProfileState) -> str | None:
    """The id under which a canonical profile was shown before, where it is another one now."""
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
        return [(UNLINKED, {"former_owner": former})]
    shown = {REPLACES: listed_id(before.card, before.id)} if before and before.card else {}
    return [(LINKED, {"owner": after.owner} | shown)]


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
    return [(UPDATED, changed)] if changed else []


def _requested(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    """Consents that need a confirmation since this version: a request that is repeated needs it again."""
    known = requests_of([before], before) if before else {}
    keys = [key for key, request in sorted(requests_of([after], after).items()) if known.get(key) != request]
    return [(CONSENT_PENDING, {"consents": keys})] if keys else []


def _differing(before: Register, after: Register) -> set[str]:
    def value(register: Register, name: str) -> Any:
        return register[name].value if name in register else None

    return {name for name in before.keys() | after.keys() if value(before, name) != value(after, name)}
