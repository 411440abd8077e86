"""Edits: what others do to a profile. Each is one activity in its log, and its effect is there when it is answered."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.domain.activity import Activity
from crm.domain.card import merged
from crm.domain.effects import CONSENTS, LINKS, REGISTERS, links_in
from crm.domain.errors import ConflictError, PreconditionFailedError, VersionConflictError
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.domain.times import MINUTE_MS
from crm.services.deployment import id_of
from crm.services.members import canonical, members_of
from crm.services.people import Person
from crm.services.project import Projector
from crm.storage.profiles import ProfileTable, append_conditionally


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`type` and `name` say in the timeline what happened; `identities` are weaker ones that the profile claims."""

    type: str
    name: str | None = None
    effects: dict[str, Any]
    properties: dict[str, Any] = field(default_factory=dict)
    identities: tuple[Identity, ...] = ()


def apply(
    person: Person,
    edit: Edit,
    *,
    by: str,
    now: int,
    message_id: str | None = None,
    expected: str | None = None,
) -> Person:
    """Do it, and answer the person as it is then. `by` is the source in the timeline, `now` in epoch ms.

    `expected` is the etag that the caller has read: raises PreconditionFailedError when it is another one by now.
    """
    if expected is not None and expected != person.etag:
        raise _changed(person)
    root = person.root
    activity = _activity(
        _identity_of(root), edit, by, max(now, _latest(person.members, edit.effects) + 1), message_id
    )
    if expected is None:
        ProfileTable().append([activity])
    else:
        try:
            append_conditionally(activity, root.id, root.version)
        except VersionConflictError:
            raise _changed(person) from None
    return project(root.id, activity)


def create(identity: Identity, edit: Edit, *, by: str, now: int, message_id: str | None = None) -> Person:
    """A new person of this identity. Raises ConflictError when there is one already."""
    profile_id = id_of(identity)
    held = ProfileTable().load([profile_id]).get(profile_id)
    try:
        if held and held.identity:
            raise VersionConflictError("somebody has this identity")
        activity = _activity(identity, edit, by, now, message_id)
        append_conditionally(activity, profile_id, held.version if held else 0)
    except VersionConflictError:
        message = "a profile with this identity exists already"
        raise ConflictError(message, code="identity_taken", details={"id": profile_id}) from None
    return project(profile_id, activity)


def project(profile_id: str, activity: Activity) -> Person:
    """Bring a profile up to an activity of its log; the person it belongs to then."""
    table = ProfileTable()
    Projector(table, id_of).project(profile_id, {activity.original_at // MINUTE_MS})
    root = canonical(table, profile_id)
    if root is None:
        raise LookupError("a profile that was just written is gone")
    return Person(members_of(table, id_of, root))


def _activity(identity: Identity, edit: Edit, by: str, at: int, message_id: str | None) -> Activity:
    return Activity(
        message_id=message_id or f"edit:{uuid.uuid4()}",
        type=edit.type,
        name=edit.name,
        original_at=at,
        occurred_at=at,
        received_at=at,
        source_id=by,
        source_kind="server",
        identities=(identity, *edit.identities),
        properties=edit.properties,
        context={},
        effects=edit.effects or None,
    )


def _latest(members: Sequence[ProfileState], effects: dict[str, Any]) -> int:
    """When what is touched was said last: an edit comes after it, even where a client's clock ran ahead."""
    stamps = [
        held.stamp[0]
        for register in (*REGISTERS, CONSENTS)
        for key, held in merged(members, register).items()
        if key in effects.get(register, ())
    ]
    if LINKS in effects:
        touched = links_in(effects)
        stamps += [
            link.stamp[0] for m in members for identity, link in m.links.items() if identity in touched
        ]
    return max(stamps, default=0)


def _identity_of(profile: ProfileState) -> Identity:
    if profile.identity is None:
        raise LookupError("a profile without an identity is nobody's")
    return profile.identity


def _changed(person: Person) -> PreconditionFailedError:
    return PreconditionFailedError(
        "the profile has changed since you read it: read it again, and send its new ETag",
        details={"etag": person.etag},
    )
