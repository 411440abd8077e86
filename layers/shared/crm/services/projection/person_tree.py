"""The member profiles of one person: from any of them up to the canonical one, and down from it to all."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from crm.domain.activity import Activity
from crm.domain.claims import Claimer
from crm.domain.daily.block import Block
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState

IdOf = Callable[[Identity], str]
"""The function from an identity to its profile's id in this deployment."""


class Profiles(Protocol):
    """Stored profiles."""

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        """Return the profiles by id, without those that do not exist."""


class ProfileStore(Profiles, Protocol):
    """The part of the table that the projection needs. All reads are consistent, and profiles are fresh copies."""

    def activities(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        """Return the log of one profile with `start <= original_at < end` (ms), ascending."""

    def save(self, profiles: Sequence[ProfileState]) -> None:
        """Store all profiles with their changed pages, or none.

        Each is stored as `version + 1` if the stored one still has its `version` (0: none is stored), and `version`
        is updated. Raises VersionConflictError when another writer was faster.
        """

    def pages(self, profile: ProfileState, first: int, last: int) -> Mapping[int, Block]:
        """Return the pages of counts `first` to `last` by number.

        Raises VersionConflictError if the stored profile has changed since it was read.
        """

    def put_pages(self, profile: ProfileState) -> Sequence[str]:
        """Store the pages of a new generation, unreferenced until the profile is saved; return their keys."""

    def page_keys(self, profile_id: str) -> Sequence[str]:
        """Return the keys of the stored pages of all generations."""

    def delete_pages(self, profile_id: str, keys: Sequence[str]) -> None:
        """Delete pages. Missing ones are ignored."""

    def append(self, activities: Sequence[Activity]) -> None:
        """Append to the logs. Idempotent."""

    def discard(self, profile_id: str, activities: Sequence[Activity]) -> None:
        """Delete activities from a log. Idempotent."""

    def copies(self, profile_id: str) -> Iterable[str]:
        """Return the ids of profiles whose logs may repeat values of this one (`crm.domain.copies`)."""

    def keep_work(self, profile_id: str, activities: Sequence[Activity]) -> None:
        """Store the notes and tasks of these activities, each in its last state."""


def canonical(store: Profiles, profile_id: str) -> ProfileState | None:
    """Return the root of the tree that this profile is in: itself if it has no owner, None if nothing is stored."""
    seen = {profile_id}
    profile = store.load([profile_id]).get(profile_id)
    while profile and profile.owner and profile.owner not in seen:
        seen.add(profile.owner)
        profile = store.load([profile.owner]).get(profile.owner)
    return profile


def members_of(
    store: Profiles, id_of: IdOf, root: ProfileState, known: Mapping[str, ProfileState] | None = None
) -> list[ProfileState]:
    """Return the root and all profiles below it, level by level, ordered by id. `known` are not read again.

    Claimed profiles that are not stored yet are among them.
    """
    found = dict(known or {})
    members = {root.id: root}
    level = [root]
    while level:
        wanted = {
            id_of(claimed) for member in level for claimed in member.claimed_identities
        } - members.keys()
        if missing := wanted - found.keys():
            found |= store.load(sorted(missing))
        owners = {member.id for member in level}
        unstored = unstored_members(level, wanted - found.keys(), id_of)
        stored = (found[id_] for id_ in wanted & found.keys() if found[id_].owner in owners)
        level = sorted([*stored, *unstored], key=lambda member: member.id)
        members |= {member.id: member for member in level}
    return list(members.values())


def unstored_members(
    owners: Iterable[ProfileState], missing: Collection[str], id_of: IdOf
) -> list[ProfileState]:
    """Return the profiles among the missing ids that these owners claim: a claim is stored just before they are."""
    found: dict[str, ProfileState] = {}
    if not missing:
        return []
    for owner in owners:
        for identity, claim in owner.claimed.items():
            if owner.identity is not None and (id_ := id_of(identity)) in missing:
                profile = found.setdefault(id_, ProfileState(id_, identity))
                profile.claimers[owner.id] = Claimer(owner.identity, claim, first=claim.stamp[0])
    return [found[id_] for id_ in sorted(found)]
