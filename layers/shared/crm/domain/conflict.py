"""The activity that records a lost claim, so that identity resolution decides nothing silently."""

import hashlib
from typing import Any

from crm.domain.activity import CONFLICT, SHARED, Activity
from crm.domain.identity import Identity

OVERRULED = "overruled"
"""Another profile's claim is better."""

OVER_LIMIT = "limit"
"""The claimer claims too many identities."""

CLOSED = "closed"
"""Public sources may not join what others have established (parameter PublicJoins)."""

_SOURCE = "system"


def conflict_activities(
    claimer: tuple[str, Identity], claimed: tuple[str, Identity], occurred_at: int, reason: str
) -> tuple[Activity, Activity]:
    """Return the activities for the logs of both, each given as `(profile id, identity)`.

    The message id depends on the pair alone.
    """
    digest = hashlib.sha256(f"{claimer[0]}|{claimed[0]}".encode()).hexdigest()[:16]
    properties: dict[str, Any] = {
        "claimer": [claimer[1].type, claimer[1].value],
        "claimed": [claimed[1].type, claimed[1].value],
        "reason": reason,
    }
    message_id = f"conflict:{digest}"
    return (
        _noted(message_id, CONFLICT, claimer[1], occurred_at, properties),
        _noted(message_id, CONFLICT, claimed[1], occurred_at, properties),
    )


def shared_activity(identity: Identity, since: int) -> Activity:
    """Return the activity that marks an identity as shared since an instant (epoch ms), because too many profiles
    claim it.
    """
    return _noted("shared", SHARED, identity, since, {})


def _noted(
    message_id: str, type_: str, identity: Identity, occurred_at: int, properties: dict[str, Any]
) -> Activity:
    return Activity(
        message_id=message_id,
        type=type_,
        original_at=occurred_at,
        occurred_at=occurred_at,
        received_at=occurred_at,
        source_id=_SOURCE,
        source_kind="server",
        identities=(identity,),
        properties=properties,
        context={},
    )


def parties_of(conflict: Activity) -> tuple[Identity, Identity]:
    """Return the identity whose claim lost, and the claimed one."""
    claimer, claimed = (Identity(*conflict.properties[party]) for party in ("claimer", "claimed"))
    return claimer, claimed
