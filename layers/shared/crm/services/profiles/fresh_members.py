"""Read members with paged counts consistently, though a projection may change them meanwhile."""

from collections.abc import Callable, Sequence
from itertools import chain, count
from typing import TypeVar

from crm.domain.profile import ProfileState
from crm.storage.profiles import ProfileTable
from crm.storage.retry_on_conflict import retry_on_conflict

_ATTEMPTS = 5

T = TypeVar("T")


def query_members(members: Sequence[ProfileState], query: Callable[[Sequence[ProfileState]], T]) -> T:
    """Return the answer of `query` about these members; reload members that have changed since they were read.

    Raises VersionConflictError when they change during every attempt.
    """
    reads = chain([members], (_reloaded(members) for _ in count()))
    return retry_on_conflict(lambda: query(next(reads)), attempts=_ATTEMPTS)


def _reloaded(members: Sequence[ProfileState]) -> list[ProfileState]:
    found = ProfileTable().load([member.id for member in members])
    return [found.get(member.id, member) for member in members]
