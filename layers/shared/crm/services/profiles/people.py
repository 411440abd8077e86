"""Find the profiles of one person by the id of any member, for a caller who may see the profile."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from crm.domain.api_key import Principal
from crm.domain.errors import NotFoundError
from crm.domain.etag import etag_of
from crm.domain.identity import Identity
from crm.domain.person import (
    classes_of_parts,
    deleted_at,
    identities_of,
    kind_of,
    merged,
    shown_id,
    values_of,
)
from crm.domain.profile import ProfileState
from crm.services.profiles.roots import ReadProfiles
from crm.services.projection.deployment import id_of
from crm.services.projection.person_tree import canonical, members_of, unstored_members
from crm.storage.profiles import ProfileTable


@dataclass(frozen=True, slots=True)
class Person:
    """A person. `members[0]` is the canonical profile, the root of the claims; `id` is the one that is shown."""

    members: list[ProfileState]

    @property
    def root(self) -> ProfileState:
        return self.members[0]

    @property
    def id(self) -> str:
        return shown_id(self.members)

    @property
    def etag(self) -> str:
        """Return a value that differs after every change of any member."""
        return etag_of(self.root.id, self.root.version)

    @property
    def kind(self) -> str:
        return kind_of(self.members)

    @property
    def classes(self) -> list[str]:
        return list(values_of(merged(self.members, "classes")))

    def visible_to(self, viewer: Principal) -> bool:
        """Decide whether the viewer may see every part of the person."""
        return viewer.classes is None or viewer.sees_all(classes_of_parts(self.members))

    @property
    def identities(self) -> list[Identity]:
        return identities_of(self.members)

    @property
    def deleted_at(self) -> int | None:
        return deleted_at(self.members)


def find(profile_id: str, viewer: Principal, *, deleted: bool = False) -> Person:
    """Return the person of any member's id.

    Raises NotFoundError when there is no such person, when the person was erased or deleted by hand (unless
    `deleted`), or when the viewer may not see the person. The response does not distinguish these cases.
    """
    person = _find(profile_id)
    if person is None or not person.visible_to(viewer) or (person.deleted_at is not None and not deleted):
        raise NotFoundError(f"there is no profile {profile_id}")
    return person


def find_many(profile_ids: Collection[str], *, deleted: bool = False) -> dict[str, Person]:
    """Return people by the ids of any of their members.

    Ids without a person, and those of people who were erased or deleted by hand (unless `deleted`), are left out.
    Reads are batched and consistent: two or three rounds for most people, however many ids there are.
    """
    known = _Known()
    roots = {id_: root for id_, root in known.roots_of(profile_ids).items() if _exists(root)}
    members = known.members_of({root.id: root for root in roots.values()})
    people = {id_: Person(members[root.id]) for id_, root in roots.items()}
    return {id_: person for id_, person in people.items() if deleted or person.deleted_at is None}


def owners_of(identities: Iterable[Identity]) -> dict[Identity, str]:
    """Return the shown id of the person who owns each identity, without identities that have no owner."""
    found = {identity: _find(id_of(identity)) for identity in identities}
    return {identity: person.id for identity, person in found.items() if person}


def _find(profile_id: str) -> Person | None:
    table = ProfileTable()
    root = canonical(table, profile_id)
    if root is None or not _exists(root):
        return None
    return Person(members_of(table, id_of, root))


def _exists(root: ProfileState) -> bool:
    return root.identity is not None and not root.stale


class _Known(ReadProfiles):
    """Profiles that were read, and whose members are to be found."""

    def members_of(self, roots: Mapping[str, ProfileState]) -> dict[str, list[ProfileState]]:
        """Return what `crm.services.projection.person_tree.members_of` returns for each root.

        All trees are read together, level by level.
        """
        members = {id_: {id_: root} for id_, root in roots.items()}
        levels = {id_: [root] for id_, root in roots.items()}
        while levels:
            wanted = {
                id_: {id_of(claimed) for member in level for claimed in member.claimed} - members[id_].keys()
                for id_, level in levels.items()
            }
            self.read(set().union(*wanted.values()))
            levels = {id_: self._owned_by(level, wanted[id_]) for id_, level in levels.items()}
            levels = {id_: level for id_, level in levels.items() if level}
            for id_, level in levels.items():
                members[id_] |= {member.id: member for member in level}
        return {id_: list(tree.values()) for id_, tree in members.items()}

    def _owned_by(self, owners: Sequence[ProfileState], wanted: Set[str]) -> list[ProfileState]:
        ids = {owner.id for owner in owners}
        found = [self.found[id_] for id_ in wanted if id_ in self.found]
        unstored = unstored_members(owners, wanted - self.found.keys(), id_of)
        members = (*(profile for profile in found if profile.owner in ids), *unstored)
        return sorted(members, key=lambda member: member.id)
