"""The activity that a lost claim leaves behind: nothing about who is who is decided silently."""

import hashlib

from crm.domain.activity import CONFLICT, Activity
from crm.domain.identity import Identity

OVERRULED = "overruled"
OVER_LIMIT = "limit"

_SOURCE = "system"


def conflict_activities(
    claimer: tuple[str, Identity], claimed: tuple[str, Identity], occurred_at: int, reason: str
) -> tuple[Activity, Activity]:
    """One for the log of each; both `(profile id, identity)`. The message id depends on the pair alone."""
    digest = hashlib.sha256(f"{claimer[0]}|{claimed[0]}".encode()).hexdigest()[:16]
    properties = {
        "claimer": [claimer[1].type, claimer[1].value],
        "claimed": [claimed[1].type, claimed[1].value],
        "reason": reason,
    }

    def activity(identity: Identity) -> Activity:
        return Activity(
            message_id=f"conflict:{digest}",
            type=CONFLICT,
            name=None,
            original_at=occurred_at,
            occurred_at=occurred_at,
            received_at=occurred_at,
            source_id=_SOURCE,
            source_kind="server",
            identities=(identity,),
            properties=properties,
            context={},
        )

    return activity(claimer[1]), activity(claimed[1])


def parties_of(conflict: Activity) -> tuple[Identity, Identity]:
    """The identity whose claim lost, and the one it was about."""
    claimer, claimed = (Identity(*conflict.properties[party]) for party in ("claimer", "claimed"))
    return claimer, claimed
