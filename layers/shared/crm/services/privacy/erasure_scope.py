"""Find what an erasure reaches: the profiles of a person, and related profiles whose logs may mention them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crm.domain.activity import CONFLICT, MERGED, SETTLED, UNMERGED, Activity
from crm.domain.conflict import parties_of
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.effect_fields import ATTRIBUTES, CONSENTS, GROUPS, PENDING_CONSENTS, REGISTERS
from crm.domain.ledger.book import Ledger
from crm.domain.manual_merge import APART_FROM
from crm.domain.person_parts import members_in_scope
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import MAX_BYTES_TOGETHER, stored_bytes
from crm.domain.times import MINUTE_MS
from crm.domain.weak_attributes import VALUES_BY_NAME
from crm.services.projection.person_tree import IdOf, ProfileStore, canonical, members_of
from crm.storage.retry_on_conflict import retry_on_conflict

MARKED_AT_ONCE = 50
"""Profiles that one save marks: its transaction has room for as many entries of the index as well."""

_ATTEMPTS = 25


@dataclass(frozen=True, slots=True)
class ErasureScope:
    """The `members` of the person, the root first, and `related_profiles`: ids of related profiles."""

    members: list[ProfileState]
    related_profiles: set[str]


def erasure_scope_of(
    store: ProfileStore, id_of: IdOf, profile_id: str, include: Collection[str] = ()
) -> ErasureScope:
    """Return the person of this id, and the profiles related by claims, links by hand, conflicts or copied values.

    Parts that only public sources joined are reached if they are named (`crm.domain.person_parts.members_in_scope`).
    """
    root = canonical(store, profile_id)
    members = members_in_scope(members_of(store, id_of, root), include) if root else []
    known: set[str] = set()
    for member in members:
        named = {*member.claims, *member.links, *member.unnoted, *member.dropped}
        known |= {*member.claimers, *member.released, *map(id_of, named), *_noted(store, id_of, member)}
        known |= {*store.copies(member.id)}
    return ErasureScope(members, (known | _owners_of(store, known)) - {member.id for member in members})


def _owners_of(store: ProfileStore, profile_ids: Collection[str]) -> set[str]:
    """Return the ids of all owners above these: edits of the person are in the log of the root."""
    owners: set[str] = set()
    level = set(profile_ids)
    while level:
        found = store.load(sorted(level)).values()
        level = {profile.owner for profile in found if profile.owner} - owners - {*profile_ids}
        owners |= level
    return owners


def _noted(store: ProfileStore, id_of: IdOf, member: ProfileState) -> Iterator[str]:
    """Yield the parties of this log's conflicts and of its merges by hand; ranges without any are not read."""
    for start, end in member.daily.ranges_with(lambda counts: counts.conflicts or counts.edits):
        for activity in store.activities(member.id, start * MINUTE_MS, end * MINUTE_MS):
            if activity.type == CONFLICT:
                yield from map(id_of, parties_of(activity))
            elif activity.type in {MERGED, SETTLED, UNMERGED}:
                yield from _parties(activity)


def _parties(activity: Activity) -> Iterator[str]:
    """Yield ids of the profiles that a merge or an unmerge by hand names."""
    properties = activity.properties
    for name in (APART_FROM, "profiles"):
        yield from properties.get(name, ())
    yield from (properties[name] for name in ("into", "from", "profile") if name in properties)


def latest_statement(members: Collection[ProfileState], begun: int) -> int:
    """Return the latest instant (epoch ms) of any statement about these profiles, 0 if there is none.

    Statements by other sources or by the product itself may run ahead of the clock. The mark of an erasure that was
    begun at `begun` (epoch ms) is no statement: repeating it must not move its instant.
    """
    instants = [
        held.stamp[0]
        for member in members
        for register in (*REGISTERS, CONSENTS, PENDING_CONSENTS)
        for _, part in member.parts(register)
        for held in part.values()
    ]
    instants += [member.published_at for member in members if (member.erased_at or 0) < begun]
    instants += [link.stamp[0] for member in members for link in member.links.values()]
    return max(instants, default=0)


def mark(store: ProfileStore, members: Sequence[ProfileState], at: int) -> None:
    """Mark the profiles as erased at this instant (epoch ms): from then on the person is not shown.

    The root comes last: the others are found by it. Raises VersionConflictError when one of them has changed since it
    was read; some may be marked by then.
    """
    unmarked = [member for member in reversed(members) if not _is_marked(member, at)]
    for batch in _batches(unmarked):
        for member in batch:
            _mark(member, at)
        store.save(batch)


def _batches(members: Iterable[ProfileState]) -> Iterator[list[ProfileState]]:
    """Yield batches that fit one save, in order."""
    batch: list[ProfileState] = []
    free = MAX_BYTES_TOGETHER
    for member in members:
        size = stored_bytes(member)
        if batch and (len(batch) == MARKED_AT_ONCE or size > free):
            yield batch
            batch, free = [], MAX_BYTES_TOGETHER
        batch.append(member)
        free -= size
    if batch:
        yield batch


def extend_marks(store: ProfileStore, profile_ids: Collection[str], at: int) -> None:
    """Mark marked profiles again, as erased at this later instant (epoch ms).

    Requests that ran at the first mark may write with a later time, which the new mark covers. Raises
    VersionConflictError when other writers win every attempt.
    """
    retry_on_conflict(lambda: mark(store, list(store.load(profile_ids).values()), at), attempts=_ATTEMPTS)


def _is_marked(member: ProfileState, at: int) -> bool:
    return member.erased_at is not None and member.erased_at >= at


def _mark(member: ProfileState, at: int) -> None:
    """Clear what may be large at once: an item of the largest size has no room for a mark.

    Classes, on which the visibility of the person depends, and consents stay until all are marked.
    """
    member.erased_at, member.stale, member.card, member.due = at, True, None, None
    for register in (ATTRIBUTES, VALUES_BY_NAME, GROUPS):
        member.empty(register)
    member.environment, member.daily, member.ledger, member.left_out = None, DailyCounts(), Ledger(), {}
