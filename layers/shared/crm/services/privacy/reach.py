"""Find what an erasure reaches: the profiles of a person, and those of others whose logs may tell of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crm.domain.activity import CONFLICT, MERGED, SETTLED, UNMERGED, Activity
from crm.domain.conflict import parties_of
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.effects import ATTRIBUTES, CONSENTS, GROUPS, PENDING_CONSENTS, REGISTERS
from crm.domain.errors import VersionConflictError
from crm.domain.ledger.book import Ledger
from crm.domain.linking import APART_FROM
from crm.domain.parts import reached
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import MOST_BYTES_TOGETHER, stored_bytes
from crm.domain.times import MINUTE_MS
from crm.domain.weak_attributes import BY_NAME
from crm.services.projecting.members import IdOf, ProfileStore, canonical, members_of

AT_ONCE = 50
"""Profiles that one save marks: its transaction has room for as many entries of the index beside them."""

_ATTEMPTS = 25


@dataclass(frozen=True, slots=True)
class Reach:
    """`members` of the person, the root first; `strangers`: ids of the profiles that may know them."""

    members: list[ProfileState]
    strangers: set[str]


def reach_of(store: ProfileStore, id_of: IdOf, profile_id: str, include: Collection[str] = ()) -> Reach:
    """The person behind this id, and who may know that person: by a claim, a word by hand, a noted conflict, or a value
    that was copied.

    Parts that only public sources joined are reached where they are named (`crm.domain.parts.reached`).
    """
    root = canonical(store, profile_id)
    members = reached(members_of(store, id_of, root), include) if root else []
    known: set[str] = set()
    for member in members:
        named = {*member.claims, *member.links, *member.unnoted, *member.dropped}
        known |= {*member.claimers, *member.released, *map(id_of, named), *_noted(store, id_of, member)}
        known |= {*store.copies(member.id)}
    return Reach(members, (known | _owners_of(store, known)) - {member.id for member in members})


def _owners_of(store: ProfileStore, profile_ids: Collection[str]) -> set[str]:
    """The ids of all above these in their trees: what was edited there is in the log of the root."""
    owners: set[str] = set()
    level = set(profile_ids)
    while level:
        found = store.load(sorted(level)).values()
        level = {profile.owner for profile in found if profile.owner} - owners - {*profile_ids}
        owners |= level
    return owners


def _noted(store: ProfileStore, id_of: IdOf, member: ProfileState) -> Iterator[str]:
    """Who is named in the conflicts of this log, and who keeps apart from it by hand; what holds none is not read."""
    for start, end in member.daily.ranges_with(lambda counts: counts.conflicts or counts.edits):
        for activity in store.activities(member.id, start * MINUTE_MS, end * MINUTE_MS):
            if activity.type == CONFLICT:
                yield from map(id_of, parties_of(activity))
            elif activity.type in {MERGED, SETTLED, UNMERGED}:
                yield from _parties(activity)


def _parties(activity: Activity) -> Iterator[str]:
    """Ids of the profiles that a merge or an unmerge by hand names."""
    said = activity.properties
    for name in (APART_FROM, "profiles"):
        yield from said.get(name, ())
    yield from (said[name] for name in ("into", "from", "profile") if name in said)


def last_word(members: Collection[ProfileState]) -> int:
    """The latest instant (epoch ms) at which anything of these profiles was said, by others or by the product itself,
    whose instants may run ahead of the clock; 0 where nothing was.
    """
    said = [
        held.stamp[0]
        for member in members
        for register in (*REGISTERS, CONSENTS, PENDING_CONSENTS)
        for _, part in member.parts(register)
        for held in part.values()
    ]
    said += [member.told_at for member in members]
    said += [link.stamp[0] for member in members for link in member.links.values()]
    return max(said, default=0)


def mark(store: ProfileStore, members: Sequence[ProfileState], at: int) -> None:
    """Mark the profiles as erased at this instant (epoch ms): from then on nobody is shown this person.

    The root comes last: as long as it is there, the others are found by it. Raises VersionConflictError when
    somebody has changed one of them since it was read; some may be marked by then.
    """
    unmarked = [member for member in reversed(members) if not _is_marked(member, at)]
    for batch in _batches(unmarked):
        for member in batch:
            _mark(member, at)
        store.save(batch)


def _batches(members: Iterable[ProfileState]) -> Iterator[list[ProfileState]]:
    """What one save holds, in their order."""
    batch: list[ProfileState] = []
    free = MOST_BYTES_TOGETHER
    for member in members:
        size = stored_bytes(member)
        if batch and (len(batch) == AT_ONCE or size > free):
            yield batch
            batch, free = [], MOST_BYTES_TOGETHER
        batch.append(member)
        free -= size
    if batch:
        yield batch


def mark_again(store: ProfileStore, profile_ids: Collection[str], at: int) -> None:
    """Mark marked profiles anew, as erased at this later instant (epoch ms).

    What was begun before the first mark was there may have a time after it, and must not outlive it.
    Raises VersionConflictError when other writers were faster all the time.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return mark(store, list(store.load(profile_ids).values()), at)
        except VersionConflictError:
            if attempt == _ATTEMPTS - 1:
                raise
    return None


def _is_marked(member: ProfileState, at: int) -> bool:
    return member.erased_at is not None and member.erased_at >= at


def _mark(member: ProfileState, at: int) -> None:
    """What may be large goes at once: an item that is as large as it can be has no room for a mark. What says who may
    see the person, and what that person has consented to, stays until all are marked.
    """
    member.erased_at, member.stale, member.card, member.due = at, True, None, None
    for register in (ATTRIBUTES, BY_NAME, GROUPS):
        member.empty(register)
    member.environment, member.daily, member.ledger, member.left_out = None, DailyCounts(), Ledger(), {}
