"""What other services are told of profiles. Names and ids only: who may see values asks the API for them."""

from dataclasses import dataclass, field
from typing import Any

from crm.domain.card import merged
from crm.domain.consent import requests_of
from crm.domain.profile import ProfileState, Register

CREATED = "Profile Created"
RECOGNISED = "Profile Recognised"
UPDATED = "Profile Updated"
LINKED = "Profile Linked"
UNLINKED = "Profile Unlinked"
ERASED = "Profile Erased"
CONSENT_PENDING = "Consent Pending"


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
    return [
        Change(f"{after.id}:{after.version}:{type_}", type_, after.id, {"version": after.version, **detail})
        for type_, detail in told
    ]


def _told(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    if after.stale:
        # Marked, and not folded again yet. It may be marked twice, and is erased once.
        return [] if before is None or before.stale else [(ERASED, {})]
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
    return told


def _kind(profile: ProfileState | None) -> str | None:
    return profile.card["kind"] if profile and profile.card else None


def _ownership(before: ProfileState | None, after: ProfileState) -> list[tuple[str, dict[str, Any]]]:
    former = before.owner if before else None
    if after.owner == former:
        return []
    return [(LINKED, {"owner": after.owner})] if after.owner else [(UNLINKED, {"former_owner": former})]


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
