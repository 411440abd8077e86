"""Edit profiles by hand: create, change, delete (to the trash), restore. An edit without changes writes nothing."""

from collections.abc import Sequence
from dataclasses import replace

from crm.domain.activity import CREATED, DELETED, EDITED, LISTED, RESTORED, TAGGED, UNLISTED, UNTAGGED
from crm.domain.api_key import Principal
from crm.domain.commands.edits import AttributesJson, NewProfile, ProfileChanges
from crm.domain.edit_diff import differing
from crm.domain.effect_fields import ATTRIBUTES, CLASSES, FIELDS
from crm.domain.effect_fields import DELETED_FIELD as IN_TRASH
from crm.domain.effects import on_list
from crm.domain.errors import ConflictError, InvalidInputError
from crm.domain.identity import EMAIL, PHONE
from crm.domain.person import last_seen_of
from crm.domain.tag import valid_tag_name
from crm.domain.views.jobs import JobView
from crm.services.definitions import attributes, lists
from crm.services.editing import append_edit, identity_assignment
from crm.services.editing.append_edit import Edit
from crm.services.editing.edit_request import (
    EditRequest,
    check_classes,
    identities_in,
    read_edit_request,
    read_responsible,
)
from crm.services.editing.prepared_edit import prepare
from crm.services.profiles import people
from crm.services.profiles.people import Person


def create(new: NewProfile, *, by: Principal, now: int) -> Person:
    """Create a customer. `now` in epoch ms.

    Raises InvalidInputError with all errors, and ConflictError (`identity_taken`).
    """
    requested = read_edit_request(_added(new), by, now=now)
    values, classes = requested.effects[ATTRIBUTES], requested.effects[CLASSES]
    identities = identity_assignment.free([*requested.identities, *identities_in(values)], by)
    if not identities:
        raise _missing("identities", "requires at least one identity, for example an email")
    identifying = {
        identity.type: identity.value for identity in identities if identity.type in {EMAIL, PHONE}
    }
    requested.effects[ATTRIBUTES] = identifying | values
    requested.effects[CLASSES] = classes or _own_class(by)
    edit = prepare([], CREATED, requested, now=now)
    described = edit.properties | identity_assignment.identity_properties(identities)
    edit = replace(edit, identities=tuple(identities[1:]), properties=described)
    try:
        return append_edit.create(identities[0], edit, by=by.id, now=now)
    except ConflictError as error:
        if error.code != "identity_taken":
            raise
        raise identity_assignment.taken(
            identities[0], by
        ) from None  # the message says this only where the profile is visible


def update(
    profile_id: str, changes: ProfileChanges, *, by: Principal, now: int, expected: str | None = None
) -> Person:
    """Change the given fields.

    Raises NotFoundError, InvalidInputError, ConflictError, PreconditionFailedError.
    """
    person = _find(profile_id, by, expected)
    return _change(person, EDITED, read_edit_request(changes, by, now=now), by=by, now=now, expected=expected)


def set_attributes(
    profile_id: str, values: AttributesJson, *, by: Principal, now: int, expected: str | None = None
) -> Person:
    """Set the given attributes; None clears one. Raises what `update` raises."""
    person = _find(profile_id, by, expected)
    requested = EditRequest({ATTRIBUTES: attributes.valid_values(values)})
    return _change(person, EDITED, requested, by=by, now=now, expected=expected)


def tag(
    profile_id: str, name: str, *, added: bool, by: Principal, now: int, expected: str | None = None
) -> Person:
    """Add or remove a tag by its name; an added tag is registered if it is new. Raises what `update` raises."""
    person = _find(profile_id, by, expected)
    requested = EditRequest(tags={valid_tag_name(name): True if added else None})
    type_ = TAGGED if added else UNTAGGED
    return _change(person, type_, requested, by=by, now=now, expected=expected)


def set_list_membership(
    profile_id: str, list: str, *, added: bool, by: Principal, now: int, expected: str | None = None
) -> Person:
    """Add the customer to a list or remove the customer from it, by name or id. Raises what `update` raises."""
    person = _find(profile_id, by, expected)
    requested = EditRequest({FIELDS: on_list(lists.get(list).id, added=added)})
    return _change(person, LISTED if added else UNLISTED, requested, by=by, now=now, expected=expected)


def set_class_membership(
    profile_id: str, name: str, *, added: bool, by: Principal, now: int, expected: str | None = None
) -> Person:
    """Add the customer to a class or remove the customer from it. Raises what `update` raises."""
    person = _find(profile_id, by, expected)
    check_classes([name], by)
    requested = EditRequest({CLASSES: {name: True if added else None}})
    return _change(person, EDITED, requested, by=by, now=now, expected=expected)


def set_responsible(
    profile_id: str, user: str | None, *, by: Principal, now: int, expected: str | None = None
) -> Person:
    """Set the responsible user; None removes it. Raises what `update` raises."""
    person = _find(profile_id, by, expected)
    requested = EditRequest({FIELDS: read_responsible(user)})
    return _change(person, EDITED, requested, by=by, now=now, expected=expected)


def delete(profile_id: str, *, by: Principal, now: int, expected: str | None = None) -> Person:
    """Remove the customer from lists and counts until a restore or new activity.

    Raises NotFoundError, PreconditionFailedError.
    """
    return soft_delete(_find(profile_id, by, expected), by=by, now=now, expected=expected)


def soft_delete(
    person: Person, *, by: Principal, now: int, message_id: str | None = None, expected: str | None = None
) -> Person:
    """Delete a person who was read already. Raises PreconditionFailedError."""
    edit = Edit(type=DELETED, effects={FIELDS: {IN_TRASH: True}})
    # A server's clock may run ahead of ours: earlier activity must not restore the customer.
    at = max(now, last_seen_of(person.members) or 0)
    return append_edit.apply(person, edit, by=by.id, now=at, message_id=message_id, expected=expected)


def erase(
    profile_id: str,
    *,
    by: Principal,
    now: int,
    expected: str | None = None,
    include: Sequence[str] = (),
) -> JobView:
    """Start the job that erases the person permanently. `include`: parts that only public sources joined.

    Raises NotFoundError, PreconditionFailedError, InvalidInputError.
    """
    person = people.find(profile_id, by, deleted=True)
    append_edit.expect(person, expected)
    from crm.services.privacy import erasure_job

    return erasure_job.start(person, by=by.id, now=now, include=include)


def restore(profile_id: str, *, by: Principal, now: int, expected: str | None = None) -> Person:
    """Restore a deleted customer. Raises NotFoundError, PreconditionFailedError."""
    person = people.find(profile_id, by, deleted=True)
    append_edit.expect(person, expected)
    if person.deleted_at is None:
        return person
    edit = Edit(type=RESTORED, effects={FIELDS: {IN_TRASH: None}})
    return append_edit.apply(person, edit, by=by.id, now=now, expected=expected)


def _added(new: NewProfile) -> ProfileChanges:
    """Return the changes that make a new profile: its tags and classes are added."""
    changes: ProfileChanges = {
        "tags": {"add": new.get("tags", [])},
        "classes": {"add": new.get("classes", [])},
    }
    for name in ("identities", "attributes", "consents", "responsible"):
        if name in new:
            changes[name] = new[name]
    return changes


def _find(profile_id: str, by: Principal, expected: str | None) -> Person:
    person = people.find(profile_id, by)
    append_edit.expect(person, expected)
    return person


def _change(
    person: Person, type_: str, requested: EditRequest, *, by: Principal, now: int, expected: str | None
) -> Person:
    changes = differing(person.members, requested.effects)
    named = {*requested.identities, *identities_in(changes.get(ATTRIBUTES, {}))}
    unknown = named.difference(person.identities)
    new = identity_assignment.free(unknown, by, person)
    if len(new) < len(unknown):  # another request has assigned them in the meantime
        person = _find(person.id, by, expected)
    edit = prepare(person.members, type_, requested, now=now, log=identity_assignment.log_of(person, new))
    if new:
        return identity_assignment.assign(person, new, edit, by=by, now=now, expected=expected)
    if edit.effects:
        return append_edit.apply(person, edit, by=by.id, now=now, expected=expected)
    return person


def _own_class(by: Principal) -> dict[str, bool | None]:
    """Return the class of a new customer: a limited key creates customers that are visible to it."""
    if by.classes is not None and len(by.classes) != 1:
        raise _missing("classes", f"requires at least one of {', '.join(sorted(by.classes))}")
    return dict.fromkeys(by.classes or (), True)


def _missing(field: str, message: str) -> InvalidInputError:
    details = {"errors": [{"field": field, "message": message}]}
    return InvalidInputError(f"{field}: {message}", details=details)
