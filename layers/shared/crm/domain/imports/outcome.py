"""What a row does to a person: it creates one, updates one, says what is known already, or must not do anything."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.domain.activity import Stamp
from crm.domain.card import deleted_at, merged, values_of
from crm.domain.consent import DENIED, GRANTED, state_of
from crm.domain.differences import LARGEST_BEFORE
from crm.domain.effects import ATTRIBUTES, CONSENTS, TAGS
from crm.domain.identity import Identity
from crm.domain.imports.mapping import CREATE, EXISTING, FILE, NEWER, UPDATE
from crm.domain.json_text import encode
from crm.domain.profile import ProfileState, Stamped

CREATED, UPDATED, UNCHANGED, SKIPPED = "created", "updated", "unchanged", "skipped"
OUTCOMES = (CREATED, UPDATED, UNCHANGED, SKIPPED)

ERASED, IN_TRASH, EXISTS, UNKNOWN, TOO_MANY_TAGS = "erased", "deleted", "exists", "unknown", "too_many_tags"
"""Why a row is skipped: the person was erased since the file was seen first; was deleted by hand; is there already,
or is not, where the mapping only updates, or only creates; would have more tags than there is room for."""

DENIAL_KEPT = "denial_kept"
"""Warning: the file grants a consent that the person has denied, and does not say that this is newer."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of whom. `tags` by id; `consents`: effects by key; `changed_at` in epoch ms, if it says so."""

    identities: tuple[Identity, ...]
    attributes: Mapping[str, Any]
    tags: Sequence[str] = ()
    consents: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    changed_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms rows are taken: `conflict` and `write` of the mapping, when the file's content was seen here
    for the first time and when this import began (epoch ms), and how many tags a person can have.
    """

    conflict: str = FILE
    write: str = "both"
    first_seen: int
    at: int
    most_tags: int

    def instant(self, said: Said) -> int:
        """When what the row says is said."""
        if self.conflict == NEWER and said.changed_at is not None:
            return min(said.changed_at, self.at)
        return self.at

    def fills_only(self, said: Said) -> bool:
        """Whether the row must leave alone what is known: without a date, a row is not newer than anything."""
        return self.conflict == EXISTING or (self.conflict == NEWER and said.changed_at is None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code`: one of OUTCOMES; `reason`: why it is skipped. `effects` of the activity, stamped `at`; `was`: values of
    attributes before, where they are replaced. `warnings`: codes.
    """

    code: str
    reason: str | None = None
    at: int = 0
    effects: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether it makes an activity."""
        return self.code in {CREATED, UPDATED}


def decide(
    said: Said, members: Sequence[ProfileState], erased_at: int | None, terms: Terms, message_id: str
) -> Outcome:
    """The outcome for the person of these members (none: nobody yet), which are as they were before the row.

    `erased_at`: when somebody with one of the row's identities was erased last, epoch ms.
    """
    at = terms.instant(said)
    if reason := _reason_to_skip(members, erased_at, min(at, terms.first_seen), terms.write):
        return Outcome(SKIPPED, reason)
    effects, warnings = _effects(said, members, terms, (at, message_id))
    if len(_held(members, effects.get(TAGS, {}))) > terms.most_tags:
        return Outcome(SKIPPED, TOO_MANY_TAGS)
    if members and not effects and said.identities[0] in _named(members) and _says_nobody_new(said, members):
        return Outcome(UNCHANGED, warnings=warnings)
    was = _before(members, effects.get(ATTRIBUTES, {}))
    return Outcome(UPDATED if members else CREATED, None, at, effects, was, warnings)


def _reason_to_skip(
    members: Sequence[ProfileState], erased_at: int | None, since: int, write: str
) -> str | None:
    if erased_at is not None and since <= erased_at:
        return ERASED
    if members and deleted_at(members) is not None:
        return IN_TRASH
    if members and write == CREATE:
        return EXISTS
    return UNKNOWN if not members and write == UPDATE else None


def _effects(
    said: Said, members: Sequence[ProfileState], terms: Terms, stamp: Stamp
) -> tuple[dict[str, Any], tuple[str, ...]]:
    fills_only = terms.fills_only(said)
    known = merged(members, ATTRIBUTES) if members else {}
    attributes = {
        name: value
        for name, value in said.attributes.items()
        if _wins(known.get(name), value, stamp, fills_only=fills_only)
    }
    held = merged(members, TAGS) if members and said.tags else {}
    tags = {tag: True for tag in said.tags if _wins(held.get(tag), True, stamp, fills_only=fills_only)}
    consents, warnings = _consents(said, members, terms, stamp)
    effects = {ATTRIBUTES: attributes, TAGS: tags, CONSENTS: consents}
    return {name: changes for name, changes in effects.items() if changes}, warnings


def _wins(held: Stamped | None, value: Any, stamp: Stamp, *, fills_only: bool) -> bool:
    """Whether the value makes a difference: what was said later stays."""
    if held is None:
        return True
    if held.stamp >= stamp or (fills_only and held.value is not None):
        return False
    return encode(held.value) != encode(value)


def _consents(
    said: Said, members: Sequence[ProfileState], terms: Terms, stamp: Stamp
) -> tuple[dict[str, Any], tuple[str, ...]]:
    held = merged(members, CONSENTS) if members and said.consents else {}
    changed, warnings = {}, []
    for key, word in said.consents.items():
        known = held.get(key)
        state = state_of(known.value, stamp[0]) if known and known.value else None
        if known is None or state is None:
            changed[key] = word
        elif state == word["state"] or known.stamp >= stamp:
            continue
        elif state == DENIED and word["state"] == GRANTED and not _is_newer(said, terms):
            # A list that was drawn before somebody unsubscribed must not subscribe them again.
            warnings.append(DENIAL_KEPT)
        elif not terms.fills_only(said):
            changed[key] = word
    return changed, tuple(warnings)


def _is_newer(said: Said, terms: Terms) -> bool:
    return terms.conflict == NEWER and said.changed_at is not None


def _held(members: Sequence[ProfileState], added: Mapping[str, Any]) -> Collection[str]:
    return {*values_of(merged(members, TAGS)), *added} if added else ()


def _named(members: Sequence[ProfileState]) -> set[Identity]:
    return {member.identity for member in members if member.identity}


def _says_nobody_new(said: Said, members: Sequence[ProfileState]) -> bool:
    """Whether all that the row names is the person's, or was claimed before, in vain or denied by hand."""
    known = _named(members).union(*(member.claims for member in members), *(m.links for m in members))
    return known.issuperset(said.identities)


def _before(members: Sequence[ProfileState], changed: Mapping[str, Any]) -> dict[str, Any]:
    held = values_of(merged(members, ATTRIBUTES)) if members and changed else {}
    was = {name: held[name] for name in changed if name in held}
    return was if len(encode(was)) <= LARGEST_BEFORE else {}
