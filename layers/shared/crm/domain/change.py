"""What other services are told of profiles. Names and ids only: who may see values asks the API for them."""

from dataclasses import dataclass, field
from typing import Any

from crm.domain.card import merged
from crm.domain.profile import ProfileState, Register

CREATED = "Profile Created"
RECOGNISED = "Profile Recognised"
UPDATED = "Profile Updated"
LINKED = "Profile Linked"
UNLINKED = "Profile Unlinked"
ERASED = "Profile Erased"


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
    return [*_lifecycle(before, after), *_ownership(before, after), *_values(before, after)]


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
    changed = {
        section: names
        for section in ("attributes", "consents", "groups")
        if (names := _differing(merged([before], section), merged([after], section)))
    }
    return [(UPDATED, changed)] if changed else []


def _differing(before: Register, after: Register) -> list[str]:
    def value(register: Register, name: str) -> Any:
        return register[name].value if name in register else None

    return sorted(name for name in before.keys() | after.keys() if value(before, name) != value(after, name))
