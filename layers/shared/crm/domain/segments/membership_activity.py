"""The activity in a profile's log that records the segments that it enters and leaves: one for all of one save.

Readers see one entry for each segment (`one_by_one`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from crm.domain.activity import ENTERED, LEFT, SEGMENTS_CHANGED, Activity
from crm.domain.card_fields import IN_TRASH
from crm.domain.identity import Identity
from crm.domain.memberships import segments_of
from crm.domain.profile import ProfileState

_SOURCE = "system"
BY_MERGE, BY_DELETION = "merged", "deleted"
"""Reasons why a customer leaves all segments at once."""

_PREFIX = "segments"
_DIGITS = 10
"""Digits of a version in an id, so that ids of one millisecond are in the order of their versions."""
_FIELDS = ("entered", "left", "reason")


def membership_activity(recorded: frozenset[str], profile: ProfileState, at: int) -> Activity | None:
    """Return the activity that records how the segments of a stored profile differ from those recorded before; None
    if they do not.

    Its id follows from the profile's version, so it is recorded once. `at`: when the profile was stored, epoch ms.
    Nothing is recorded for an erased profile.
    """
    wanted = segments_of(profile.card)
    if profile.identity is None or profile.stale or recorded == wanted:
        return None
    changes = {
        "entered": sorted(wanted - recorded),
        "left": sorted(recorded - wanted),
        "reason": _reason(profile),
    }
    return _activity(profile.identity, f"{_PREFIX}:{profile.version:0{_DIGITS}}", at, changes)


def rebuild_membership_activity(identity: Identity, record: Mapping[str, Any]) -> Activity:
    """Rebuild that activity for the profile of this identity, from its `id`, its time `at` and its changes."""
    return _activity(identity, record["id"], record["at"], {name: record.get(name) for name in _FIELDS})


def _activity(identity: Identity, message_id: str, at: int, changes: Mapping[str, Any]) -> Activity:
    return Activity(
        message_id=message_id,
        type=SEGMENTS_CHANGED,
        original_at=at,
        occurred_at=at,
        received_at=at,
        source_id=_SOURCE,
        source_kind="server",
        identities=(identity,),
        properties={name: changes[name] for name in _FIELDS if changes[name]},
        context={},
    )


def one_by_one(log: Iterable[Activity]) -> Iterator[Activity]:
    """Yield the activities of a log, one for each segment that was entered or left. Lazy."""
    for activity in log:
        if activity.type == SEGMENTS_CHANGED:
            yield from changes_in(activity)
        else:
            yield activity


def changes_in(activity: Activity) -> list[Activity]:
    """Return one activity for each segment of a stored activity, by the segments' ids."""
    version = activity.message_id.partition(":")[2]
    changes = activity.properties
    reason = {"reason": changes["reason"]} if "reason" in changes else {}
    moves = [(id_, ENTERED) for id_ in changes.get("entered", ())] + [
        (id_, LEFT) for id_ in changes.get("left", ())
    ]
    return [
        replace(
            activity,
            message_id=f"{segment_id}:{version}",
            type=type_,
            name=segment_id,
            properties={"segment": segment_id} | reason,
        )
        for segment_id, type_ in sorted(moves)
    ]


def _reason(profile: ProfileState) -> str | None:
    if profile.card is None:
        return BY_MERGE
    return BY_DELETION if profile.card["kind"] == IN_TRASH else None
