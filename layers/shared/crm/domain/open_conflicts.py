"""Open conflicts: identities that several people claim, or that are shared, and that wait for a decision by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.domain.claims import Claimer
from crm.domain.conflict import CLOSED, OVERRULED
from crm.domain.profile import ProfileState

SHARED = "shared"
"""So many profiles claim it that claims of public sources do not count."""

REASONS = (OVERRULED, CLOSED, SHARED)


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """`claimers` by profile id: those that lost, the best claim first. Of a shared identity they are not kept."""

    claimed: ProfileState
    reason: str
    claimers: dict[str, Claimer]


def open_conflicts(members: Sequence[ProfileState]) -> list[OpenConflict]:
    """The open conflicts of one person, in the order of its members."""
    own = {member.id for member in members}
    found = []
    for member in members:
        lost = {id_: c for id_, c in member.claimers.items() if id_ != member.owner and id_ not in own}
        is_shared = member.shared is not None and member.owner is None
        if lost or is_shared:
            reason = SHARED if is_shared else OVERRULED if member.owner else CLOSED
            best_first = sorted(lost, key=lambda id_: (lost[id_].claim.order, id_))
            found.append(OpenConflict(member, reason, {id_: lost[id_] for id_ in best_first}))
    return found
