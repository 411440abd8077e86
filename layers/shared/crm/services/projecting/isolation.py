"""Isolation: work on many profiles goes on without those of which it fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from crm.domain.errors import ItemTooLargeError, VersionConflictError
from crm.services.projecting import stuck
from crm.services.projecting.side_by_side import for_each_group
from crm.storage.refusals import is_transient

T = TypeVar("T")

FEW = 10
"""Unexpected failures that are always taken for those of single profiles; beyond, no more than a tenth of all are."""


@dataclass(slots=True)
class Isolated(Generic[T]):
    """`results` of the work, in the order of the profiles; `failed`: ids of the profiles that it went on without."""

    results: list[T] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def isolate(profile_ids: Sequence[str], work: Callable[[Sequence[str]], T], *, during: str) -> Isolated[T]:
    """Do work on all profiles together; where that fails, on each by itself. Those that fail are noted as stuck.

    The work must be repeatable. Raises failures that pass by themselves (throttles, lost races), so that all is done
    again later, and the last of so many unexpected ones that they are no matter of single profiles.
    """
    try:
        return Isolated([work(profile_ids)])
    except Exception as error:
        if is_transient(error) and not isinstance(error, VersionConflictError):
            raise
    return _one_by_one(profile_ids, work, during)


def _one_by_one(profile_ids: Sequence[str], work: Callable[[Sequence[str]], T], during: str) -> Isolated[T]:
    done: Isolated[T] = Isolated()
    errors: dict[str, Exception] = {}
    lost_race: VersionConflictError | None = None
    for id_ in profile_ids:
        try:
            done.results.append(work([id_]))
        except VersionConflictError as error:
            lost_race = error  # of this profile alone: the others are done first
        except Exception as error:
            if is_transient(error):
                raise
            errors[id_] = error
    _raise_if_many(errors, len(profile_ids))
    for id_, failure in errors.items():
        stuck.note(id_, failure, during=during)
    if lost_race:
        raise lost_race
    done.failed = list(errors)
    return done


def isolate_each(profile_ids: Sequence[str], work: Callable[[str], None], *, during: str) -> list[str]:
    """Do work on each profile, several at the same time; those of which it fails, which are noted as stuck.

    Raises what `isolate` raises.
    """
    errors = for_each_group([[id_] for id_ in profile_ids], work)
    for error in errors.values():
        if is_transient(error):
            raise error
    _raise_if_many(errors, len(profile_ids))
    for id_, failure in errors.items():
        stuck.note(id_, failure, during=during)
    return list(errors)


def _raise_if_many(errors: dict[str, Exception], of: int) -> None:
    unexpected = [error for error in errors.values() if not isinstance(error, ItemTooLargeError)]
    if len(unexpected) > max(FEW, of // 10):
        raise unexpected[-1]
