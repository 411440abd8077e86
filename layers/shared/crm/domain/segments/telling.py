"""What the log of a profile is told of the segments that it enters and leaves, together with the change itself."""

from crm.domain.activity import ENTERED, LEFT, Activity
from crm.domain.memberships import segments_of
from crm.domain.profile import ProfileState

SOURCE = "system"
MERGED, DELETED = "merged", "deleted"
"""Reasons why somebody leaves all segments at once."""


def tellings(profile: ProfileState, now: int, limit: int) -> tuple[list[Activity], frozenset[str]]:
    """At most `limit` activities that bring the log closer to the card, and the segments that it tells of then.

    They are stored in the transaction that stores the profile's next version, which makes their ids: each
    change is told exactly once. Of who was erased nothing is told, not even that.
    """
    wanted = segments_of(profile.card)
    if profile.identity is None or profile.stale:
        return [], wanted
    changed = sorted(profile.told ^ wanted)[:limit]
    told = [_telling(profile, segment_id, now, entered=segment_id in wanted) for segment_id in changed]
    return told, profile.told.symmetric_difference(changed)


def _telling(profile: ProfileState, segment_id: str, now: int, *, entered: bool) -> Activity:
    if profile.identity is None:
        raise ValueError("nobody's log is told anything")
    reason = _reason(profile)
    return Activity(
        message_id=f"{segment_id}:{profile.version + 1}",
        type=ENTERED if entered else LEFT,
        name=segment_id,
        original_at=now,
        occurred_at=now,
        received_at=now,
        source_id=SOURCE,
        source_kind="server",
        identities=(profile.identity,),
        properties={"segment": segment_id} | ({"reason": reason} if reason else {}),
        context={},
    )


def _reason(profile: ProfileState) -> str | None:
    if profile.card is None:
        return MERGED
    return DELETED if profile.card["kind"] == "deleted" else None
