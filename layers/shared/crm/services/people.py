"""People: the profiles of one person, found by the id of any of them, by those who may see them."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.domain.api_key import Principal
from crm.domain.card import deleted_at, identities_of, merged, shown_id, values_of
from crm.domain.errors import NotFoundError
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.services.deployment import id_of
from crm.services.members import canonical, members_of
from crm.storage.profiles import ProfileTable


@dataclass(frozen=True, slots=True)
class Person:
    """`members[0]` is the canonical profile, the root of the claims; `id` is the one that is shown."""

    members: list[ProfileState]

    @property
    def root(self) -> ProfileState:
        return self.members[0]

    @property
    def id(self) -> str:
        return shown_id(self.members)

    @property
    def etag(self) -> str:
        """Another one after every change of any member."""
        return f"{self.root.id}.{self.root.version}"

    @property
    def classes(self) -> list[str]:
        return list(values_of(merged(self.members, "classes")))

    @property
    def identities(self) -> list[Identity]:
        return identities_of(self.members)

    @property
    def deleted_at(self) -> int | None:
        return deleted_at(self.members)


def find(profile_id: str, viewer: Principal, *, deleted: bool = False) -> Person:
    """The person behind the id of any member.

    Raises NotFoundError: nobody has the id, the person was erased, deleted by hand (unless `deleted`), or is none of
    the viewer's customers. The answer does not tell these apart.
    """
    person = _find(profile_id)
    if person is None or not viewer.sees(person.classes) or (person.deleted_at is not None and not deleted):
        raise NotFoundError(f"there is no profile {profile_id}")
    return person


def owners_of(identities: Iterable[Identity]) -> dict[Identity, str]:
    """Of those identities that are somebody's, the id under which that person is shown."""
    found = {identity: _find(id_of(identity)) for identity in identities}
    return {identity: person.id for identity, person in found.items() if person}


def _find(profile_id: str) -> Person | None:
    table = ProfileTable()
    root = canonical(table, profile_id)
    if root is None or root.identity is None or root.stale:
        return None
    return Person(members_of(table, id_of, root))
