"""Questions about members whose counts are in pages, which a projection may change meanwhile."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from crm.domain.errors import VersionConflictError
from crm.domain.profile import ProfileState
from crm.storage.profiles import ProfileTable

ATTEMPTS = 5

T = TypeVar("T")


def ask_members(members: Sequence[ProfileState], ask: Callable[[Sequence[ProfileState]], T]) -> T:
    """The answer about these members; where one has changed since it was read, about what is stored now.

    Raises VersionConflictError when they change all the time.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return ask(members)
        except VersionConflictError:
            found = ProfileTable().load([member.id for member in members])
            members = [found.get(member.id, member) for member in members]
    return ask(members)
