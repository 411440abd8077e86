"""Edits of a profile: each is one activity in its log, and is in effect when the request is answered."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.domain.activity import Activity
from crm.domain.effect_fields import CONSENTS, LINKS, PENDING_CONSENTS, REGISTERS, Effects
from crm.domain.effects import links_in
from crm.domain.errors import ConflictError, VersionConflictError
from crm.domain.etag import ensure_etag, etag_of, precondition_failed
from crm.domain.identity import Identity
from crm.domain.manual_edit_budget import ensure_link_room
from crm.domain.manual_merge import naming_identity
from crm.domain.person import merged
from crm.domain.profile import ProfileState
from crm.domain.times import MINUTE_MS
from crm.services.profiles.people import Person
from crm.services.projection.deployment import deployed_projector, id_of
from crm.services.projection.person_tree import canonical, members_of
from crm.storage.conditional_append import TRANSACTION_ITEMS, append_conditionally, append_together
from crm.storage.profiles import ProfileTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit. `type` and `name` label it in the timeline; `identities` are weaker ones that the profile claims."""

    type: str
    name: str | None = None
    effects: Effects
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
    member: ProfileState | None = None,
) -> Person:
    """Apply an edit and return the person as it is then. `by` is the source in the timeline, `now` in epoch ms.

    `member`: the profile whose log keeps the edit, by default the root. `expected`: the etag that the caller has
    read. Raises PreconditionFailedError when it has changed.
    """
    expect(person, expected)
    profile = member or person.root
    at = instant_of(person, edit.effects, now)
    activity = edit_activity(naming_identity(profile), edit, by=by, at=at, message_id=message_id)
    _append(activity, None if expected is None else person)
    return project(profile.id, activity)


def create(identity: Identity, edit: Edit, *, by: str, now: int, message_id: str | None = None) -> Person:
    """Create a person with this identity. Raises ConflictError when there is one already."""
    profile_id = id_of(identity)
    held = ProfileTable().load([profile_id]).get(profile_id)
    try:
        if held and held.identity and not held.stale:
            raise VersionConflictError("another profile has this identity")
        activity = edit_activity(identity, edit, by=by, at=now, message_id=message_id)
        append_conditionally(activity, profile_id, held.version if held else 0)
    except VersionConflictError:
        message = "a profile with this identity already exists"
        raise ConflictError(message, code="identity_taken", details={"id": profile_id}) from None
    return project(profile_id, activity)


def apply_all(
    edits: Mapping[Identity, Edit], people: Sequence[Person], *, by: str, now: int, message_id: str
) -> None:
    """Apply edits to several logs, by identity: one message of one time in each.

    All or none are applied, up to some 80 logs; `people` are all people concerned, as they were read. Raises
    VersionConflictError when one of them has changed since, and ConflictError `profile_full`.
    """
    for person in people:
        for member in person.members:
            if member.identity is not None and member.identity in edits:
                ensure_link_room(member, edits[member.identity].effects)
    at = max(instant_of(person, edit.effects, now) for person in people for edit in edits.values())
    activities = [
        edit_activity(identity, edit, by=by, at=at, message_id=message_id) for identity, edit in edits.items()
    ]
    versions = [(person.root.id, person.root.version) for person in people]
    together = TRANSACTION_ITEMS - len(versions)
    append_together(activities[:together], versions)
    ProfileTable().append(activities[together:])
    projector = deployed_projector()
    for activity in reversed(activities):
        projector.project(id_of(activity.identities[0]), {at // MINUTE_MS})


def _append(activity: Activity, unchanged: Person | None) -> None:
    if unchanged is None:
        ProfileTable().append([activity])
        return
    try:
        append_conditionally(activity, unchanged.root.id, unchanged.root.version)
    except VersionConflictError:
        root = canonical(ProfileTable(), unchanged.root.id)
        raise precondition_failed(etag_of(root.id, root.version) if root else None, "profile") from None


def expect(person: Person, etag: str | None) -> None:
    """Raise PreconditionFailedError when the person's etag is not the given one; None is any."""
    ensure_etag(etag, person.etag, "profile")


def project(profile_id: str, activity: Activity) -> Person:
    """Bring a profile up to an activity of its log; return the person that it belongs to then."""
    table = ProfileTable()
    deployed_projector().project(profile_id, {activity.original_at // MINUTE_MS})
    root = canonical(table, profile_id)
    if root is None:
        raise LookupError("a profile that was just written does not exist")
    return Person(members_of(table, id_of, root))


def edit_activity(
    identity: Identity, edit: Edit, *, by: str, at: int, message_id: str | None = None
) -> Activity:
    """Return the activity of an edit in this identity's log. `by` is the source in the timeline, `at` in epoch ms."""
    return Activity(
        message_id=message_id or f"edit:{random_id()}",
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


def random_id() -> str:
    """Return a random id."""
    return str(uuid.uuid4())


def instant_of(person: Person, effects: Effects, now: int) -> int:
    """Return the time of effects, epoch ms: later than what they change, even if a client's clock ran ahead."""
    return max(now, _latest(person.members, effects) + 1)


def _latest(members: Sequence[ProfileState], effects: Effects) -> int:
    """Return the latest time of what the effects change."""
    consents = effects.get(CONSENTS, {})
    touched_names: dict[str, Collection[str]] = {CONSENTS: consents, PENDING_CONSENTS: consents}
    touched_names |= {register: effects.get(register, {}) for register in REGISTERS}
    stamps = [
        held.stamp[0]
        for register, touched in touched_names.items()
        for key, held in merged(members, register).items()
        if key in touched
    ]
    if LINKS in effects:
        linked = links_in(effects)
        stamps += [link.stamp[0] for m in members for identity, link in m.links.items() if identity in linked]
    return max(stamps, default=0)
