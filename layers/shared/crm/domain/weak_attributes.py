"""Attributes that came with a weak identity alone, such as a household's phone number or a shared browser.

They are kept by the name that came with them. A person with a stronger identity has them only where no stronger
identity has set the attribute, and where the name matches (docs/identity.md, "Shared by a household").
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from crm.domain.effect_fields import ATTRIBUTES
from crm.domain.fold_rules import BUDGETS, MAX_FOLDED_NAME_LENGTH, MAX_NAME_BYTES, FoldRules
from crm.domain.identity import ANONYMOUS_ID, PHONE, USER_ID, Identity
from crm.domain.json_text import size_of
from crm.domain.message_name import NAMELESS, NAMES, EventNaming, agree, naming_of
from crm.domain.profile import ProfileState
from crm.domain.stamped import LeftOut, Register, Stamped, later, merge_registers
from crm.domain.trust import Rank

VALUES_BY_NAME = "by_name"
PERSONAL = frozenset({"salutation", "username", "avatar", "birthday", "age", "gender"})
"""Attributes that distinguish members of a household: without a name next to them they belong to no one."""

_SEPARATOR = "/"
_FIRST_NAMED = ""
"""In place of an attribute's name: when the name was first sent."""

_STRONG, _WEAK, _WEAKEST = range(3)


def is_weak(identity: Identity) -> bool:
    """Return whether a household may share the identity."""
    return identity.type in (PHONE, ANONYMOUS_ID)


def put_by_name(
    state: ProfileState,
    values: Mapping[str, Any],
    naming: EventNaming,
    stamp: tuple[int, str],
    rank: Rank,
    rules: FoldRules,
) -> None:
    """Store the attributes of a message, in the log of a weak identity, with the name in the message."""
    budget = BUDGETS[VALUES_BY_NAME][rank]
    stamped = {name: Stamped(value, stamp) for name, value in values.items() if name and _is_short(name)}
    if naming != NAMELESS:
        stamped[_FIRST_NAMED] = Stamped(None, (-stamp[0], stamp[1]))
    for name, held in stamped.items():
        key = _SEPARATOR.join((*naming, name))
        if _has_room(state.part(VALUES_BY_NAME, rank), key, budget.names or 0, rules):
            fits = budget.bytes is None or size_of(held.value) <= budget.bytes
            state.keep(VALUES_BY_NAME, rank, key, held if fits else LeftOut(None, stamp))


def _is_short(name: str) -> bool:
    return len(name) <= MAX_FOLDED_NAME_LENGTH and size_of(name) <= MAX_NAME_BYTES + 2


def _has_room(part: Register, key: str, most: int, rules: FoldRules) -> bool:
    """Make room for a key; return whether it is among the first in the order in which undeclared names are kept."""
    if key in part or len(part) < most:
        return True
    last = max((*part, key), key=rules.place)
    if last != key:
        del part[last]
    return last != key


def person_attributes(members: Sequence[ProfileState]) -> Register:
    """Merge the attributes of a person: edits by hand and the strongest identities first, then matching ones of
    weaker identities.
    """
    own = {member.id for member in members}
    strengths = [_strength(member, own) for member in members]
    strongest = min(strengths)
    weaker = [
        (strength, member)
        for strength, member in zip(strengths, members, strict=True)
        if strength > strongest and _has_attributes(member)
    ]
    if not weaker:
        return merge_registers(part for member in members for _, part in member.parts(ATTRIBUTES))
    weak_ids = {member.id for _, member in weaker}
    attributes = merge_registers(
        part
        for member in members
        for rank, part in member.parts(ATTRIBUTES)
        if rank is Rank.BY_HAND or member.id not in weak_ids
    )
    for strength in sorted({strength for strength, _ in weaker}):
        shared = _shared_attributes(
            [member for own, member in weaker if own == strength], _naming_in(attributes)
        )
        attributes |= {name: held for name, held in shared.items() if name not in attributes}
    return attributes


def _strength(member: ProfileState, own: Collection[str]) -> int:
    """Return the strength of a member's identity. `own`: ids of the person's members."""
    identity = member.identity
    if identity is None or identity.type == ANONYMOUS_ID:
        return _WEAKEST
    if is_weak(identity):
        return _WEAK
    is_contested = member.shared is not None or any(id_ not in own for id_ in member.claimers)
    return _WEAK if is_contested and identity.type != USER_ID else _STRONG


def _has_attributes(member: ProfileState) -> bool:
    return any(part for _, part in member.parts(ATTRIBUTES))


def _naming_in(register: Register) -> EventNaming:
    return naming_of({name: register[name].value for name in NAMES if name in register})


def _shared_attributes(members: Sequence[ProfileState], naming: EventNaming) -> Register:
    """Return the attributes of members of one strength that match this name; without a name, those of the
    first one.
    """
    by_naming: dict[EventNaming, Register] = {}
    first: dict[EventNaming, int] = {}
    by_hand = [member for member in members if _is_linked_by_hand(member)]
    for member in members:
        for given, name, held in () if _is_linked_by_hand(member) else _named_values_of(member):
            at = abs(held.stamp[0])
            first[given] = min(first.get(given, at), at)
            if name != _FIRST_NAMED:
                register = by_naming.setdefault(given, {})
                register[name] = later(register.get(name), held)
    nameless = by_naming.pop(NAMELESS, {})
    if naming != NAMELESS:
        nameless = {name: held for name, held in nameless.items() if name not in PERSONAL}
    accepted = [nameless, *(part for member in by_hand for part in _sent(member))]
    for given in sorted(by_naming, key=lambda one: (first[one], one)):
        if agree(naming, given):
            accepted.append(by_naming[given])
            naming = naming.completed_by(given)
    return merge_registers(accepted)


def _is_linked_by_hand(member: ProfileState) -> bool:
    """Return whether users linked it to its owner: then its attributes are that person's, whatever name came with
    them.
    """
    owner = member.claimers.get(member.owner or "")
    return owner is not None and owner.claim.by_hand


def _sent(member: ProfileState) -> list[Register]:
    return [part for rank, part in member.parts(ATTRIBUTES) if rank is not Rank.BY_HAND]


def _named_values_of(member: ProfileState) -> Iterable[tuple[EventNaming, str, Stamped]]:
    """Yield the values in its log, without edits by hand: the name that came with them, the attribute, the value."""
    if member.identity is not None and is_weak(member.identity):
        for _, part in member.parts(VALUES_BY_NAME):
            for key, held in part.items():
                *naming, name = key.split(_SEPARATOR, len(NAMES))
                yield EventNaming(*naming), name, held
        return
    register = merge_registers(_sent(member))
    for name, held in register.items():
        yield _naming_in(register), name, held


def shares_other_attributes(before: ProfileState, after: ProfileState) -> bool:
    """Return whether a person's attributes may differ beyond those that the log sets differently."""
    if dict(_parts(before)) != dict(_parts(after)):
        return True
    if before.attributes is after.attributes or (
        before.attributes == after.attributes and before.ranked == after.ranked
    ):
        return False
    return _naming_of(before) != _naming_of(after)


def _parts(state: ProfileState) -> Iterable[tuple[Rank, Register]]:
    return ((rank, part) for rank, part in state.parts(VALUES_BY_NAME) if part)


def _naming_of(state: ProfileState) -> EventNaming:
    return _naming_in(merge_registers(part for _, part in state.parts(ATTRIBUTES)))


def values_with_name(members: Iterable[ProfileState], log: Identity, naming: EventNaming) -> Register:
    """Return the attributes that the log of this weak identity has with this name, whether or not the person has
    them.
    """
    return merge_registers(
        {name: held}
        for member in members
        if member.identity == log
        for given, name, held in _named_values_of(member)
        if given == naming and name != _FIRST_NAMED
    )


def not_shared(
    members: Sequence[ProfileState], log: Identity, naming: EventNaming
) -> tuple[bool, Collection[str]]:
    """Return whether values with this name in the log of this identity are another person's, and which attributes
    stay.

    The second part is the attributes that stronger members have set, which such values do not change.
    """
    own = {member.id for member in members}
    strengths = {member.id: _strength(member, own) for member in members}
    held = [member for member in members if member.identity == log]
    strength = strengths[held[0].id] if held else _WEAKEST
    stronger = [member for member in members if strengths[member.id] < strength]
    if not stronger:
        return False, ()
    is_another = naming != NAMELESS and not any(map(_is_linked_by_hand, held))
    is_another = is_another and not agree(_naming_in(person_attributes(members)), naming)
    return is_another, {name for member in stronger for _, part in member.parts(ATTRIBUTES) for name in part}


def is_in_log(member: ProfileState, name: str, held: Stamped) -> bool:
    """Return whether this value of an attribute is in the log of this member."""
    if any(part.get(name) == held for _, part in member.parts(ATTRIBUTES)):
        return True
    return any(value == held and attribute == name for _, attribute, value in _named_values_of(member))
