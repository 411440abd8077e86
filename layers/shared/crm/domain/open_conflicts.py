"""Open conflicts: identities about which somebody has to decide by hand, because several people claim them, too many
do, or a public source joined what not every key may see.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crm.domain.claims import Claimer
from crm.domain.conflict import CLOSED, OVERRULED
from crm.domain.parts import public_parts
from crm.domain.profile import ProfileState

SHARED = "shared"
"""So many profiles claim it that claims of public sources do not count."""

JOINED = "joined"
"""A public source joined it to a customer of other classes, so keys that are limited to either see neither."""

REASONS = (OVERRULED, CLOSED, SHARED, JOINED)


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """`claimers` by profile id: those that lost, the best claim first. Of a shared identity they are not kept, and
    of a joined one there are none.
    """

    claimed: ProfileState
    reason: str
    claimers: dict[str, Claimer]


def open_conflicts(members: Sequence[ProfileState], classes: Sequence[Collection[str]]) -> list[OpenConflict]:
    """The open conflicts of one person, in the order of its members, joined parts last.

    `classes`: of the root's part, and of each other part that only public sources joined to it; empty where they are
    the same for all.
    """
    own = {member.id for member in members}
    found = []
    for member in members:
        lost = {id_: c for id_, c in member.claimers.items() if id_ != member.owner and id_ not in own}
        is_shared = member.shared is not None and member.owner is None
        if lost or is_shared:
            reason = SHARED if is_shared else OVERRULED if member.owner else CLOSED
            best_first = sorted(lost, key=lambda id_: (lost[id_].claim.order, id_))
            found.append(OpenConflict(member, reason, {id_: lost[id_] for id_ in best_first}))
    joined = zip(public_parts(members), classes[1:], strict=True) if classes else ()
    return found + [OpenConflict(part[0], JOINED, {}) for part, of_it in joined if of_it != classes[0]]
