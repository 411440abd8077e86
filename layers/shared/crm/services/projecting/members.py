"""The profiles of one person: from any of them up to the canonical one, and down from it to all."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from crm.domain.activity import Activity
from crm.domain.daily.block import Block
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState

IdOf = Callable[[Identity], str]
"""Names the profile of an identity in this deployment."""


class ProfileStore(Protocol):
    """What the projection needs of the table. All reads are consistent."""

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        """Fresh copies of the stored profiles by id; those that do not exist are left out."""

    def activities(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        """The log of one profile with `start <= original_at < end` (ms), ascending."""

    def save(self, profiles: Sequence[ProfileState]) -> None:
        """Store each, with its changed pages, as its `version + 1` if the stored one still has its `version` (0: none
        is stored); all or none.

        Their `version` is that of what is stored then. Raises VersionConflictError when another writer was faster.
        """

    def pages(self, profile: ProfileState, first: int, last: int) -> Mapping[int, Block]:
        """The pages of counts of a profile, by number, from one to another. Raises VersionConflictError where it is not
        any more what was read.
        """

    def put_pages(self, profile: ProfileState) -> Sequence[str]:
        """Store the pages of a new generation, which nothing names before the profile is saved; what names them."""

    def page_keys(self, profile_id: str) -> Sequence[str]:
        """What names the stored pages of all generations."""

    def delete_pages(self, profile_id: str, keys: Sequence[str]) -> None:
        """Delete pages. Deleting what is not there is no failure."""

    def append(self, activities: Sequence[Activity]) -> None:
        """Put into the logs; doing it twice is doing it once."""

    def discard(self, profile_id: str, activities: Sequence[Activity]) -> None:
        """Take out of a log for good; doing it twice is doing it once."""

    def copies(self, profile_id: str) -> Iterable[str]:
        """Ids of the profiles whose logs may repeat values of this one (`crm.domain.copies`)."""

    def keep_work(self, profile_id: str, activities: Sequence[Activity]) -> None:
        """Keep the notes and tasks that activities tell of, each as it was told last."""


def canonical(store: ProfileStore, profile_id: str) -> ProfileState | None:
    """The root of the tree that this profile is in; itself where nobody owns it, None where nothing is stored."""
    seen = {profile_id}
    profile = store.load([profile_id]).get(profile_id)
    while profile and profile.owner and profile.owner not in seen:
        seen.add(profile.owner)
        profile = store.load([profile.owner]).get(profile.owner)
    return profile


def members_of(
    store: ProfileStore, id_of: IdOf, root: ProfileState, known: Mapping[str, ProfileState] | None = None
) -> list[ProfileState]:
    """The root first, then all below it, level by level, in the order of their ids. `known` need no reading."""
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
        level = [found[id_] for id_ in sorted(wanted & found.keys()) if found[id_].owner in owners]
        members |= {member.id: member for member in level}
    return list(members.values())
