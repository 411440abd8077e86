"""Cache the people that rows are about: read by their identities, many at a time."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from crm.domain.claims import IdentityLink
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.services.projection.deployment import id_of
from crm.services.projection.person_tree import Profiles, canonical, members_of
from crm.storage.profiles import ProfileTable


@dataclass(frozen=True, slots=True)
class RowMatch:
    """The people that a row matches.

    `members`: profiles of the person that the row is about, and of those that it merges into that person; `people`:
    canonical ids of all people that it names, and `first_exists` whether the first has its strongest identity;
    `erased_at`: the latest erasure of one of them (epoch ms).
    """

    members: list[ProfileState] = field(default_factory=list)
    people: tuple[str, ...] = ()
    first_exists: bool = False
    erased_at: int | None = None


class People:
    """The people that rows are about, by the profiles that are stored."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles

    def person(self, profile_id: str) -> list[ProfileState]:
        """Return all profiles of the person with this id, the canonical one first; empty if there is none."""
        root = self._root_of(profile_id)
        return members_of(self._profiles, id_of, root) if root else []

    def erased_at(self, profile_id: str) -> int | None:
        """Return when the person with this id was erased, epoch ms."""
        profile = self._profiles.load([profile_id]).get(profile_id)
        return profile.erased_at if profile else None

    def match(self, identities: Sequence[Identity]) -> RowMatch:
        """Return the people that a row of these identities, strongest first, matches; the first claims the others."""
        ids = [id_of(identity) for identity in identities]
        profiles = self._profiles.load(ids)
        erased = [p.erased_at for p in profiles.values() if p.erased_at is not None]
        roots = {id_: root for id_ in ids if (root := self._root_of(id_))}
        first = profiles.get(ids[0])
        own = [
            root
            for id_, root in roots.items()
            if id_ == ids[0] or (root.id == id_ and not _is_denied(first, root.identity))
        ]
        unique = {root.id: root for root in own}
        members = [member for root in unique.values() for member in members_of(self._profiles, id_of, root)]
        people = tuple(dict.fromkeys(root.id for root in roots.values()))
        return RowMatch(members, people, ids[0] in roots, max(erased, default=None))

    def _root_of(self, profile_id: str) -> ProfileState | None:
        root = canonical(self._profiles, profile_id)
        return root if root and root.identity is not None and not root.stale else None


class PeopleCache(People):
    """A cache of the table's profiles, each read once; missing ones are cached, too. They must not be changed."""

    def __init__(self) -> None:
        self._table = ProfileTable()
        self._known: dict[str, ProfileState | None] = {}
        super().__init__(self)

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        """Return the stored profiles by id."""
        if unknown := [id_ for id_ in profile_ids if id_ not in self._known]:
            found = self._table.load(unknown)
            self._known.update((id_, found.get(id_)) for id_ in unknown)
        return {id_: profile for id_ in profile_ids if (profile := self._known[id_])}

    def gather(self, identities: Iterable[Identity]) -> None:
        """Read all profiles of the people who have these identities, in a few rounds, however many they are."""
        self._gather({id_of(identity) for identity in identities})

    def _gather(self, wanted: set[str]) -> None:
        while wanted:
            found = self.load(sorted(wanted)).values()
            around = {id_ for profile in found for id_ in _neighbours(profile)}
            wanted = around - self._known.keys()

    def gather_people(self, profile_ids: Iterable[str]) -> None:
        """Read all profiles of the people who have these members."""
        self._gather(set(profile_ids))


def _neighbours(profile: ProfileState) -> set[str]:
    """Return ids of the profiles next to this one in its tree."""
    owner = {profile.owner} if profile.owner else set()
    return owner | {id_of(identity) for identity in profile.claimed}


def _is_denied(first: ProfileState | None, identity: Identity | None) -> bool:
    """Return whether the two were separated by hand."""
    link: IdentityLink | None = first.links.get(identity) if first and identity else None
    return link is not None and not link.linked
