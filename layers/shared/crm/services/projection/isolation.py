"""Isolate failures: work on many profiles continues without those that fail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from crm.domain.errors import ItemTooLargeError, VersionConflictError
from crm.services.projection import stuck
from crm.services.projection.parallel_projection import for_each_group
from crm.storage.refusals import is_transient

T = TypeVar("T")

FEW = 10
"""Unexpected failures that always count as those of single profiles; beyond it, a tenth of all profiles may fail."""


@dataclass(slots=True)
class Isolated(Generic[T]):
    """The `results` of the work, in the order of the profiles, and `failed`: ids of the profiles that were left out."""

    results: list[T] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def isolate(profile_ids: Sequence[str], work: Callable[[Sequence[str]], T], *, during: str) -> Isolated[T]:
    """Do work on all profiles together; if it fails, on each by itself. List those that fail as stuck.

    The work must be repeatable. Raises transient failures (throttling, lost races), so that all of it is done again
    later, and the last of the unexpected failures if there are too many to be those of single profiles.
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
    is_write_conflict: VersionConflictError | None = None
    for id_ in profile_ids:
        try:
            done.results.append(work([id_]))
        except VersionConflictError as error:
            is_write_conflict = error  # of this profile alone: do the others first
        except Exception as error:
            if is_transient(error):
                raise
            errors[id_] = error
    _raise_if_many(errors, len(profile_ids))
    for id_, failure in errors.items():
        stuck.record_failure(id_, failure, during=during)
    if is_write_conflict:
        raise is_write_conflict
    done.failed = list(errors)
    return done


def isolate_each(profile_ids: Sequence[str], work: Callable[[str], None], *, during: str) -> list[str]:
    """Do work on each profile in parallel, list those that fail as stuck, and return their ids.

    Raises what `isolate` raises.
    """
    errors = for_each_group([[id_] for id_ in profile_ids], work)
    for error in errors.values():
        if is_transient(error):
            raise error
    _raise_if_many(errors, len(profile_ids))
    for id_, failure in errors.items():
        stuck.record_failure(id_, failure, during=during)
    return list(errors)


def _raise_if_many(errors: dict[str, Exception], of: int) -> None:
    unexpected = [error for error in errors.values() if not isinstance(error, ItemTooLargeError)]
    if len(unexpected) > max(FEW, of // 10):
        raise unexpected[-1]
