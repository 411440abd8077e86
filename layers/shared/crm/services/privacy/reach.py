"""What an erasure reaches: the profiles of a person, and those of others whose logs may tell of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from crm.domain.activity import CONFLICT, UNMERGED
from crm.domain.conflict import parties_of
from crm.domain.effects import CONSENTS, REGISTERS
from crm.domain.errors import VersionConflictError
from crm.domain.linking import APART_FROM
from crm.domain.profile import ProfileState
from crm.domain.times import MINUTE_MS
from crm.services.projecting.members import IdOf, ProfileStore, canonical, members_of

AT_ONCE = 50
"""Profiles that one save marks: its transaction has room for as many entries of the index beside them."""

_ATTEMPTS = 25


@dataclass(frozen=True, slots=True)
class Reach:
    """`members` of the person, the root first; `strangers`: ids of the profiles that may know them."""

    members: list[ProfileState]
    strangers: set[str]


def reach_of(store: ProfileStore, id_of: IdOf, profile_id: str) -> Reach:
    """The person behind this id, and who may know that person: by a claim, a word by hand, or a noted conflict."""
    root = canonical(store, profile_id)
    members = members_of(store, id_of, root) if root else []
    known: set[str] = set()
    for member in members:
        named = {*member.claims, *member.links, *member.pending, *member.dropped}
        known |= {*member.claimers, *member.released, *map(id_of, named), *_noted(store, id_of, member)}
    return Reach(members, known - {member.id for member in members})


def _noted(store: ProfileStore, id_of: IdOf, member: ProfileState) -> Iterator[str]:
    """Who is named in the conflicts of this log, and who keeps apart from it by hand; what holds none is not read."""
    for piece in member.slices:
        if piece.counts.conflicts or piece.counts.edits:
            for activity in store.activities(member.id, piece.start * MINUTE_MS, piece.end * MINUTE_MS):
                if activity.type == CONFLICT:
                    yield from map(id_of, parties_of(activity))
                elif activity.type == UNMERGED:
                    yield from activity.properties.get(APART_FROM, ())


def last_word(members: Collection[ProfileState]) -> int:
    """The latest instant (epoch ms) at which anything of these profiles was said; 0 where nothing was."""
    said = [
        held.stamp[0]
        for member in members
        for register in (*REGISTERS, CONSENTS)
        for held in getattr(member, register).values()
    ]
    said += [link.stamp[0] for member in members for link in member.links.values()]
    return max(said, default=0)


def mark(store: ProfileStore, members: Sequence[ProfileState], at: int) -> None:
    """Mark the profiles as erased at this instant (epoch ms): from then on nobody is shown this person.

    The root comes last: as long as it is there, the others are found by it. Raises VersionConflictError when
    somebody has changed one of them since it was read; some may be marked by then.
    """
    unmarked = [member for member in reversed(members) if not _is_marked(member, at)]
    for start in range(0, len(unmarked), AT_ONCE):
        batch = unmarked[start : start + AT_ONCE]
        for member in batch:
            _mark(member, at)
        store.save(batch)


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
    member.erased_at, member.stale, member.card, member.due = at, True, None, None
