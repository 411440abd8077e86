"""Redrive records that the stream discarded, from a queue, by the profiles' ids.

Memberships are not written here but repaired (`crm.services.reprojection.repair`), by a save whose record the
consumer reads.
"""

import json
from collections.abc import Mapping
from typing import Any

from crm.domain.entries_and_exits import EntriesAndExits
from crm.domain.segments.membership_activity import rebuild_membership_activity
from crm.services.consume_changes import (
    change_time,
    entries_and_exits_of,
    membership_activity_of,
    segment_events,
)
from crm.services.publish import activity_events, profile_events, publish
from crm.services.reprojection.repair import repair_memberships
from crm.storage import segment_changes, unpublished_queue
from crm.storage.consumed_erasures import note_consumed
from crm.storage.profile_change import profile_change
from crm.storage.profiles import ProfileTable
from crm.storage.stream import StreamRecord, read_batch


def redrive(message: Mapping[str, Any]) -> None:
    """Process a message: split a batch that the stream discarded, or finish one record.

    Raises on failure: SQS delivers the message again, and finally to its dead-letter queue.
    """
    if "DDBStreamBatchInfo" in message:
        batch = message["DDBStreamBatchInfo"]
        first, last = batch["startSequenceNumber"], batch["endSequenceNumber"]
        records = read_batch(batch["streamArn"], batch["shardId"], first, last)
        left = [_remaining(record) for record in records]
        unpublished_queue.send([json.dumps(one) for one in left if "profile" in one or one["changes"]])
        return
    if "counted" in message:
        segment_changes.store_changes([EntriesAndExits.from_record(message["counted"])])
    if "profile" in message:
        _append_to_log(message)
        repair_memberships(ProfileTable(), message["profile"])
    publish([([(type_, detail) for type_, detail in message["changes"]], message["at"])])
    if "erased_at" in message:
        note_consumed(message["profile"], message["erased_at"])


def _remaining(record: StreamRecord) -> dict[str, Any]:
    """Return what remains to do for a record, by ids alone."""
    change, at = profile_change(record), change_time(record)
    if change is None:
        return {"changes": activity_events(record), "at": at}
    activity = membership_activity_of(change)
    left: dict[str, Any] = {
        "profile": change.after.id,
        "changes": [*profile_events(change.before, change.after), *segment_events(change)],
        "at": at,
    }
    if activity:
        left["telling"] = {"id": activity.message_id, "at": activity.occurred_at, **activity.properties}
    if counted := entries_and_exits_of(change):
        left["counted"] = counted.record()
    if change.after.erased_at is not None and change.after.card is None:
        left["erased_at"] = change.after.erased_at
    return left


def _append_to_log(message: Mapping[str, Any]) -> None:
    change: dict[str, Any] | None = message.get("telling")
    if change is None:
        return
    profile = ProfileTable().load([message["profile"]]).get(message["profile"])
    if profile is None or profile.identity is None:
        return
    activity = rebuild_membership_activity(profile.identity, change)
    if not profile.is_erased(activity):
        ProfileTable().append([activity])
