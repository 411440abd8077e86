"""Read members with paged counts consistently, though a projection may change them meanwhile."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from crm.domain.errors import VersionConflictError
from crm.domain.profile import ProfileState
from crm.storage.profiles import ProfileTable

ATTEMPTS = 5

T = TypeVar("T")


def ask_members(members: Sequence[ProfileState], ask: Callable[[Sequence[ProfileState]], T]) -> T:
    """Return the answer of `ask` about these members; reload members that have changed since they were read.

    Raises VersionConflictError when they change during every attempt.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return ask(members)
        except VersionConflictError:
            found = ProfileTable().load([member.id for member in members])
            members = [found.get(member.id, member) for member in members]
    return ask(members)
