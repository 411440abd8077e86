"""Open conflicts: identities that users have to settle by hand.

Several people claim them, too many profiles do, or a public source joined customers of different classes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crm.domain.claims import Claimer
from crm.domain.conflict import CLOSED, OVERRULED
from crm.domain.person_parts import public_parts
from crm.domain.profile import ProfileState

SHARED_IDENTITY = "shared"
"""So many profiles claim it that claims of public sources do not count."""

JOINED = "joined"
"""A public source joined it to a customer of other classes, so keys that are limited to either see neither."""

CONFLICT_REASONS = (OVERRULED, CLOSED, SHARED_IDENTITY, JOINED)


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """One open conflict.

    `claimers` by profile id: those that lost, the best claim first. A shared identity does not keep them, and a
    joined one has none.
    """

    claimed: ProfileState
    reason: str
    claimers: dict[str, Claimer]


def open_conflicts(members: Sequence[ProfileState], classes: Sequence[Collection[str]]) -> list[OpenConflict]:
    """Return the open conflicts of one person, in the order of its members, joined parts last.

    `classes`: of the root's part, and of each other part that only public sources joined to it; empty where all have
    the same.
    """
    own = {member.id for member in members}
    found = []
    for member in members:
        lost = {id_: c for id_, c in member.claimers.items() if id_ != member.owner and id_ not in own}
        is_shared = member.shared is not None and member.owner is None
        if lost or is_shared:
            reason = SHARED_IDENTITY if is_shared else OVERRULED if member.owner else CLOSED
            best_first = sorted(lost, key=lambda id_: (lost[id_].claim.order, id_))
            found.append(OpenConflict(member, reason, {id_: lost[id_] for id_ in best_first}))
    joined = zip(public_parts(members), classes[1:], strict=True) if classes else ()
    return found + [OpenConflict(part[0], JOINED, {}) for part, of_it in joined if of_it != classes[0]]
