"""A person: the merge of the folds of its members. `members[0]` is the root, the canonical profile."""

from collections.abc import Iterable, Sequence
from typing import Any

from crm.domain.card_fields import ANONYMOUS, RECOGNISED, CardKind
from crm.domain.consent import latest_statements, resolved
from crm.domain.effect_fields import ATTRIBUTES, DELETED_FIELD, SHOWN_ID
from crm.domain.identity import EMAIL, USER_ID, Identity
from crm.domain.ledger.orders import last_completed_at
from crm.domain.person_parts import parts_of, public_parts
from crm.domain.profile import ProfileState
from crm.domain.stamped import Register, Stamped, later, merge_registers
from crm.domain.weak_attributes import person_attributes

_RECOGNISING_TYPES = (USER_ID, EMAIL)


def kind_of(members: Iterable[ProfileState]) -> CardKind:
    """Return the kind of a person: RECOGNISED with an email or a user id, else ANONYMOUS."""
    types = {member.identity.type for member in members if member.identity}
    return RECOGNISED if types.intersection(_RECOGNISING_TYPES) else ANONYMOUS


def values_of(register: Register) -> dict[str, Any]:
    """Map names to values, without the names that were cleared."""
    return {key: held.value for key, held in sorted(register.items()) if held.value is not None}


def merged(members: Sequence[ProfileState], register: str) -> Register:
    """Merge one register over all members and ranks: `merged(members, "attributes")`."""
    if register == ATTRIBUTES and len(members) > 1:
        return person_attributes(members)
    parts: list[Register] = []
    for member in members:
        if own := getattr(member, register):
            parts.append(own)
        if member.ranked:
            parts += [part for (name, _), part in member.ranked.items() if name == register]
    return merge_registers(parts) if parts else {}


def classes_of_parts(members: Sequence[ProfileState]) -> list[list[str]]:
    """Return the classes of the root's part, and of each other part that only public sources joined to it."""
    parts = [parts_of(members)[0], *public_parts(members)]
    return [list(values_of(merged(part, "classes"))) for part in parts]


def differing_classes(members: Sequence[ProfileState]) -> list[list[str]]:
    """Return the classes of each part, or nothing where all parts have the same.

    One part can be visible to an API key, and another not.
    """
    if not merged(members, "classes"):
        return []
    found = classes_of_parts(members)
    return found if any(classes != found[0] for classes in found) else []


def consents_of(members: Iterable[ProfileState]) -> Register:
    """Resolve each consent, by key: granted, denied, or pending."""
    states = list(members)
    keys = merged(states, "consents").keys() | merged(states, "pending").keys()
    found = {key: resolved(*latest_statements(states, key)) for key in keys}
    return {key: held for key, held in found.items() if held}


def deleted_at(members: Sequence[ProfileState], fields: Register | None = None) -> int | None:
    """Return when the profile was deleted by hand (epoch ms); None if it was not, was restored, or has been active
    since. `fields`: that register of the members, if it is merged already.
    """
    deleted = (merged(members, "fields") if fields is None else fields).get(DELETED_FIELD)
    if deleted is None or not deleted.value or (last_seen_of(members) or 0) > deleted.stamp[0]:
        return None
    return deleted.stamp[0]


def shown_id(members: Sequence[ProfileState], fields: Register | None = None) -> str:
    """Return the id under which the person is shown: of the ids that merges by hand chose, the one chosen last.

    `fields`: that register of the members, if it is merged already.
    """
    fields = merged(members, "fields") if fields is None else fields
    held = {member.id: fields.get(SHOWN_ID + member.id) for member in members}
    chosen = [(choice.stamp, id_) for id_, choice in held.items() if choice and choice.value]
    return max(chosen)[1] if chosen else members[0].id


def identities_of(members: Iterable[ProfileState]) -> list[Identity]:
    """Return the identities of the members: the root's first, then by type and value."""
    found = [member.identity for member in members if member.identity]
    return found[:1] + sorted(found[1:], key=lambda identity: (identity.type, identity.value))


def latest_environment(members: Iterable[ProfileState]) -> Stamped | None:
    """Return the technical environment that was seen last."""
    latest: Stamped | None = None
    for member in members:
        if member.environment:
            latest = later(latest, member.environment)
    return latest


def last_seen_of(members: Iterable[ProfileState]) -> int | None:
    """Return the time of the last activity of any member, epoch ms."""
    return largest(member.last_seen for member in members)


def last_transaction_of(members: Sequence[ProfileState]) -> int | None:
    """Return the time of the last completed order of any member, epoch ms."""
    without_key = largest(member.last_transaction_at for member in members)
    return largest((without_key, last_completed_at(members)))


def largest(values: Iterable[int | None]) -> int | None:
    """Return the largest of the values that are not None."""
    return max((value for value in values if value is not None), default=None)


def smallest(values: Iterable[int | None]) -> int | None:
    """Return the smallest of the values that are not None."""
    return min((value for value in values if value is not None), default=None)
