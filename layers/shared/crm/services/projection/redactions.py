"""Redact the logs of others after an erasure, activity by activity."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from crm.domain.activity import Activity
from crm.domain.copies import ErasedCopies, digests_set_by, sources_of, without_copies
from crm.domain.erasure import redacted
from crm.domain.identity import Identity
from crm.services.projection.person_tree import ProfileStore

REDACTED_AT_ONCE = 100
"""Activities that are redacted together."""

_END_OF_TIME = 1 << 60


def redact(
    store: ProfileStore,
    profile_id: str,
    erased: Mapping[Identity, int],
    copies: ErasedCopies | None = None,
) -> int:
    """Store the redacted activities of a log after an erasure; return their number."""
    number = 0
    left = redactions(store, profile_id, erased, copies)
    while chunk := list(islice(left, REDACTED_AT_ONCE)):
        store.append([after for _, after in chunk if after is not None])
        store.discard(profile_id, [before for before, after in chunk if after is None])
        number += len(chunk)
    return number


def redactions(
    store: ProfileStore,
    profile_id: str,
    erased: Mapping[Identity, int],
    copies: ErasedCopies | None = None,
) -> Iterator[tuple[Activity, Activity | None]]:
    """Yield the activities of a log that an erasure changes, each with its redacted form; None if nothing is left.
    Lazy.

    An activity changes if it names erased identities (`erased`: until when, epoch ms) or repeats values of erased
    members.
    """
    unnamed = _unnamed_copies(store, profile_id, copies) if copies else set()
    for activity in store.activities(profile_id, 0, _END_OF_TIME):
        after = redacted(activity, erased, copies, unnamed)
        if after != activity:
            yield activity, after


def take_copies(store: ProfileStore, activities: Sequence[Activity]) -> None:
    """Remove values of erased members from activities that repeat them, which may arrive long after the erasure."""
    found = store.load(sorted(set().union(*map(sources_of, activities))))
    for member in found.values():
        if member.erased_at is not None:
            erased = ErasedCopies({member.id}, member.erased_at)
            kept = [(activity, without_copies(activity, erased)) for activity in activities]
            store.append([after for before, after in kept if after is not before])
            activities = [after for _, after in kept]


def _unnamed_copies(store: ProfileStore, profile_id: str, copies: ErasedCopies) -> set[str]:
    """Return digests of copied values without a member's name that the erased sent and this log never received."""
    unnamed_matches = {
        digest
        for activity in store.activities(profile_id, 0, _END_OF_TIME)
        for digest in copies.unnamed_matches(activity)
    }
    if unnamed_matches:
        for activity in store.activities(profile_id, 0, _END_OF_TIME):
            unnamed_matches.difference_update(digests_set_by(activity, copies.key))
    return unnamed_matches
