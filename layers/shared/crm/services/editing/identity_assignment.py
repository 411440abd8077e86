"""Ownership of identities: by hand, a customer gets only those that have no owner."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from crm.domain.api_key import PROFILES_READ, Principal
from crm.domain.effect_fields import FIELDS, LINKS, Effects
from crm.domain.effects import shown_as
from crm.domain.errors import ConflictError, NotFoundError, VersionConflictError
from crm.domain.identity import Identity
from crm.domain.manual_edit_budget import ensure_link_room
from crm.domain.manual_merge import precedence
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.projection.deployment import id_of
from crm.settings import settings
from crm.storage.conditional_append import append_conditionally
from crm.storage.profiles import ProfileTable


def claimer_first(identities: Iterable[Identity]) -> list[Identity]:
    """Return each identity once, first the one that claims the others."""
    custom = settings().custom_identity_types
    return sorted(set(identities), key=lambda identity: precedence(identity, id_of(identity), custom))


def log_of(person: Person, identities: Iterable[Identity]) -> Identity:
    """Return the identity whose log stores an edit that gives the person these identities."""
    return claimer_first([person.identities[0], *identities])[0]


def free(identities: Iterable[Identity], viewer: Principal, person: Person | None = None) -> list[Identity]:
    """Return the identities without an owner, in order. Raises ConflictError `identity_taken` for another person's."""
    wanted = claimer_first(identities)
    owners = people.owners_of(wanted)
    for identity, owner in owners.items():
        if person is None or owner != person.id:
            raise taken(identity, viewer)
    return [identity for identity in wanted if identity not in owners]


def assign(
    person: Person,
    identities: Sequence[Identity],
    edit: Edit,
    *,
    by: Principal,
    now: int,
    expected: str | None = None,
) -> Person:
    """Apply an edit that assigns identities without an owner to the person. `expected` is the etag that was read.

    Raises ConflictError (`identity_taken`; `profile_full`; `version_conflict` when others write them at the same
    time) and PreconditionFailedError.
    """
    held = ProfileTable().load([id_of(identity) for identity in identities])
    versions = [(id_, held[id_].version if id_ in held else 0) for id_ in map(id_of, identities)]
    if expected is not None:
        append_edit.expect(person, expected)
        versions.append((person.root.id, person.root.version))
    first, linked = _linked(person, identities, edit)
    for member in (*person.members, *held.values()):
        if member.identity == first:
            ensure_link_room(member, linked.effects)
    at = append_edit.instant_of(person, linked.effects, now)
    activity = append_edit.edit_activity(first, linked, by=by.id, at=at)
    try:
        if people.owners_of(identities):
            raise VersionConflictError("the profile was changed in the meantime: read it again and retry")
        append_conditionally(activity, *versions[0], *versions[1:])
    except VersionConflictError:
        append_edit.expect(people.find(person.id, by), expected)
        free(identities, by, person)
        raise
    return append_edit.project(id_of(first), activity)


def identity_properties(identities: Iterable[Identity]) -> dict[str, Any]:
    """Return the timeline's properties of identities that were assigned."""
    return {"identities": [{"type": identity.type, "value": identity.value} for identity in identities]}


def taken(identity: Identity, viewer: Principal) -> ConflictError:
    """Return the error that the identity is another profile's; it names the profile if the viewer may read it."""
    message, details = f"a profile with this {identity.type} already exists", {"type": identity.type}
    if not viewer.may(PROFILES_READ):
        return ConflictError(message, code="identity_taken", details=details)
    try:
        owner = people.find(id_of(identity), viewer, deleted=True)
    except NotFoundError:
        return ConflictError(message, code="identity_taken", details=details)
    if owner.deleted_at is not None:
        message += ": it is deleted and can be restored"
    return ConflictError(message, code="identity_taken", details={**details, "id": owner.id})


def _linked(person: Person, identities: Sequence[Identity], edit: Edit) -> tuple[Identity, Edit]:
    """Return the identity whose log keeps the edit, and the edit with links to the others.

    The shown id stays the same.
    """
    first, *others = claimer_first([person.identities[0], *identities])
    effects: Effects = {**edit.effects, LINKS: [[*other, True] for other in others]}
    if first in identities:
        effects[FIELDS] = {**effects.get(FIELDS, {}), **shown_as(person.id)}
    return first, replace(edit, effects=effects, properties=edit.properties | identity_properties(identities))
