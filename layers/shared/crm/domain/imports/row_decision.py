"""The outcome of a row: it creates a person, updates one, changes nothing, or is skipped."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.domain.activity import Stamp, short_id
from crm.domain.consent import DENIED, GRANTED, state_of
from crm.domain.consent_fields import ConsentEffect
from crm.domain.copies import FormerValue, former_values
from crm.domain.edit_diff import MAX_BEFORE_BYTES
from crm.domain.effect_fields import ATTRIBUTES, CONSENTS, FIELDS, LIST_FIELD, TAGS, Effects
from crm.domain.effects import effects_with, lists_in
from crm.domain.identity import Identity
from crm.domain.imports.held_values import as_held
from crm.domain.imports.mapping import CREATE, EXISTING, FILE, NEWER, UPDATE
from crm.domain.json_text import encode
from crm.domain.message_name import NAMES, naming_of
from crm.domain.person import deleted_at, merged, values_of
from crm.domain.profile import ProfileState
from crm.domain.stamped import Register, Stamped
from crm.domain.trust import Rank
from crm.domain.weak_attributes import is_weak, not_shared, values_with_name

ROW_CREATED, ROW_UPDATED, ROW_UNCHANGED, ROW_SKIPPED = "created", "updated", "unchanged", "skipped"
OUTCOMES = (ROW_CREATED, ROW_UPDATED, ROW_UNCHANGED, ROW_SKIPPED)

ERASED, _IN_TRASH, EXISTS, UNKNOWN = "erased", "deleted", "exists", "unknown"
UNKNOWN_PROFILE = "unknown_profile"
TOO_MANY_TAGS, TOO_MANY_LISTS = "too_many_tags", "too_many_lists"
"""Reasons for skipping a row: the person was erased since the file was first seen; was deleted by hand; exists, or
does not, where the mapping only creates, or only updates; the row has only an unknown profile id; the person would
have more tags, or be on more lists, than allowed.
"""

OTHER_NAME = "other_name"
"""Warning: the row identifies its customer only by a phone number, or a still weaker id, of a customer with another
name: its attributes are kept with the number, and are not the customer's.
"""

STRONGER_KEPT = "stronger_kept"
"""Warning: the row identifies its customer only so, and a stronger identity has set some of its attributes: those
stay.
"""

DENIAL_KEPT = "denial_kept"
"""Warning: the file grants a consent that the person has denied, without a newer date."""


DENIAL_LEFT_OUT = "denial_left_out"
"""Warning: the file denies a consent that the person has granted, and its mapping only fills empty values."""


@dataclass(frozen=True, slots=True)
class RowData:
    """The values of a row.

    `tags` by id; `consents`: effects by key; `changed_at` in epoch ms, if the row has it; `memberships`: the keys of
    FIELDS for the lists and segments to which the person is added.
    """

    identities: tuple[Identity, ...]
    attributes: Mapping[str, Any]
    tags: Sequence[str] = ()
    consents: Mapping[str, ConsentEffect] = field(default_factory=dict)
    changed_at: int | None = None
    memberships: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTerms:
    """The terms on which rows are applied.

    `conflict` and `write` of the mapping, when the file's content was first seen and when this import began (epoch
    ms), and the maximum tags and lists of a person.
    """

    conflict: str = FILE
    write: str = "both"
    first_seen: int
    at: int
    most_tags: int
    most_lists: int

    def instant(self, data: RowData) -> int:
        """Return the time of the row's values."""
        if self.conflict == NEWER and data.changed_at is not None:
            return min(data.changed_at, self.at)
        return self.at

    def fills_only(self, data: RowData) -> bool:
        """Return whether the row must not replace known values: without a date, a row is not newer than anything."""
        return self.conflict == EXISTING or (self.conflict == NEWER and data.changed_at is None)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The outcome of one row.

    `code`: one of OUTCOMES; `reason`: why it is skipped. `effects` of the activity, stamped `at`; `was`: former
    values of attributes that are replaced; `was_of`: ids of the members that held them, where the log of the row is
    another one. `warnings`: codes.
    """

    code: str
    reason: str | None = None
    at: int = 0
    effects: Effects = field(default_factory=Effects)
    was: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    was_of: dict[str, str] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Return whether the outcome writes an activity."""
        return self.code in {ROW_CREATED, ROW_UPDATED}


def decide(
    data: RowData, members: Sequence[ProfileState], erased_at: int | None, terms: ImportTerms, message_id: str
) -> ImportOutcome:
    """Decide the outcome for the person of these members (none: no one yet), in their state before the row.

    `erased_at`: when a person with one of the row's identities was last erased, epoch ms.
    """
    at = terms.instant(data)
    if reason := _reason_to_skip(members, erased_at, min(at, terms.first_seen), terms.write):
        return ImportOutcome(ROW_SKIPPED, reason)
    effects, warnings = _effects(data, members, terms, (at, short_id(message_id)))
    if reason := _without_room(members, effects, terms):
        return ImportOutcome(ROW_SKIPPED, reason)
    if (
        members
        and not effects
        and data.identities[0] in _named(members)
        and _has_no_new_identity(data, members)
    ):
        return ImportOutcome(ROW_UNCHANGED, warnings=warnings)
    is_apart = OTHER_NAME in warnings or STRONGER_KEPT in warnings
    changed = {} if is_apart else effects.get(ATTRIBUTES, {})
    before = _before(members, changed, data.identities[0])
    was = {name: former.value for name, former in before.items()}
    was_of = {name: former.profile_id for name, former in before.items() if former.profile_id}
    return ImportOutcome(ROW_UPDATED if members else ROW_CREATED, None, at, effects, was, warnings, was_of)


def skip_without_person(erased_at: int | None, terms: ImportTerms) -> ImportOutcome:
    """Return the outcome of a row with only a profile id that was erased then (epoch ms), or never existed."""
    is_erased = erased_at is not None and terms.first_seen <= erased_at
    return ImportOutcome(ROW_SKIPPED, ERASED if is_erased else UNKNOWN_PROFILE)


def _reason_to_skip(
    members: Sequence[ProfileState], erased_at: int | None, since: int, write: str
) -> str | None:
    if erased_at is not None and since <= erased_at:
        return ERASED
    if members and deleted_at(members) is not None:
        return _IN_TRASH
    if members and write == CREATE:
        return EXISTS
    return UNKNOWN if not members and write == UPDATE else None


def _effects(
    row: RowData, members: Sequence[ProfileState], terms: ImportTerms, stamp: Stamp
) -> tuple[Effects, tuple[str, ...]]:
    fills_only = terms.fills_only(row)
    known = _known(row, members)
    converted = {name: _in_held_type(known.get(name), value) for name, value in row.attributes.items()}
    attributes = {
        name: value
        for name, value in converted.items()
        if _wins(known.get(name), value, stamp, fills_only=fills_only)
    }
    tags = _set(TAGS, row.tags, members, stamp, fills_only=fills_only)
    fields = _set(FIELDS, row.memberships, members, stamp, fills_only=fills_only)
    consents, warnings = _consents(row, members, terms, stamp)
    if attributes and is_weak(row.identities[0]):
        # Only the name in the row shows which member of a household its number identifies.
        attributes = {name: converted[name] for name in NAMES if name in converted} | attributes
        warnings += _kept_with_weak_identity(row, members, attributes)
    return effects_with(attributes=attributes, tags=tags, fields=fields, consents=consents), warnings


def _kept_with_weak_identity(
    row: RowData, members: Sequence[ProfileState], changed: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return warnings about attributes that are kept with the row's weak identity, and are not the customer's."""
    if not members:
        return ()
    is_another, stronger = not_shared(members, row.identities[0], naming_of(row.attributes))
    if is_another:
        return (OTHER_NAME,)
    person = merged(members, ATTRIBUTES)
    kept = [name for name in changed if name in stronger and name in person]
    return (
        (STRONGER_KEPT,) if any(encode(person[name].value) != encode(changed[name]) for name in kept) else ()
    )


def _known(row: RowData, members: Sequence[ProfileState]) -> Register:
    """Return the person's attributes, and those of the row's own weak identity with the row's name."""
    if not members:
        return {}
    known, log = merged(members, ATTRIBUTES), row.identities[0]
    return known | values_with_name(members, log, naming_of(row.attributes)) if is_weak(log) else known


def _in_held_type(held: Stamped | None, value: Any) -> Any:
    return value if held is None else as_held(value, held.value)


def _set(
    register: str, keys: Sequence[str], members: Sequence[ProfileState], stamp: Stamp, *, fills_only: bool
) -> dict[str, bool]:
    held = merged(members, register) if members and keys else {}
    return {key: True for key in keys if _wins(held.get(key), True, stamp, fills_only=fills_only)}


def _wins(held: Stamped | None, value: Any, stamp: Stamp, *, fills_only: bool) -> bool:
    """Return whether the value makes a difference: a later value stays."""
    if held is None:
        return True
    if held.stamp >= stamp or (fills_only and held.value is not None):
        return False
    return encode(held.value) != encode(value)


def _consents(
    row: RowData, members: Sequence[ProfileState], terms: ImportTerms, stamp: Stamp
) -> tuple[dict[str, Any], tuple[str, ...]]:
    held = merged(members, CONSENTS) if members and row.consents else {}
    changed, warnings = {}, []
    for key, consent in row.consents.items():
        known = held.get(key)
        state = state_of(known.value, stamp[0]) if known and known.value else None
        if known is None or state is None:
            changed[key] = consent
        elif state == consent["state"] or known.stamp >= stamp:
            continue
        elif state == DENIED and consent["state"] == GRANTED and not _is_newer(row, terms):
            # A list from before an unsubscription must not subscribe the customer again.
            warnings.append(DENIAL_KEPT)
        elif not terms.fills_only(row):
            changed[key] = consent
        elif consent["state"] == DENIED:
            warnings.append(DENIAL_LEFT_OUT)
    return changed, tuple(warnings)


def _is_newer(row: RowData, terms: ImportTerms) -> bool:
    return terms.conflict == NEWER and row.changed_at is not None


def _without_room(members: Sequence[ProfileState], effects: Effects, terms: ImportTerms) -> str | None:
    if len(_held(members, TAGS, effects.get(TAGS, ()))) > terms.most_tags:
        return TOO_MANY_TAGS
    joined = [key for key in effects.get(FIELDS, ()) if key.startswith(LIST_FIELD)]
    return TOO_MANY_LISTS if len(lists_in(_held(members, FIELDS, joined))) > terms.most_lists else None


def _held(members: Sequence[ProfileState], register: str, added: Iterable[str]) -> Collection[str]:
    return {*values_of(merged(members, register)), *added} if added else ()


def _named(members: Iterable[ProfileState]) -> set[Identity]:
    return {member.identity for member in members if member.identity}


def _has_no_new_identity(row: RowData, members: Sequence[ProfileState]) -> bool:
    """Return whether all identities of the row are the person's, or were claimed before, even if in vain or denied by
    hand.

    A claim that only public sources lost is worth a trusted one.
    """
    known = _named(members)
    for member in members:
        known |= {i for i, evidence in member.claims.items() if evidence.rank > Rank.PUBLIC}
        known |= member.links.keys()
    return known.issuperset(row.identities)


def _before(
    members: Sequence[ProfileState], changed: Mapping[str, Any], log: Identity
) -> dict[str, FormerValue]:
    held = former_values(members, ATTRIBUTES, changed, log)
    before = {name: former for name, former in held.items() if encode(former.value) != encode(changed[name])}
    return before if len(encode(before)) <= MAX_BEFORE_BYTES else {}
