"""Project the records of the stream, and retry those that failed."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm.domain.errors import ItemTooLargeError
from crm.domain.overwritten_copies import mark_to_restore, receipt_to_restore
from crm.domain.profile import ProfileState
from crm.domain.retention import QUEUED_MESSAGES_DAYS
from crm.domain.stream_change import StreamChange, connected_profiles, dirty_minutes
from crm.domain.times import DAY_MS, MINUTE_MS, parse_time
from crm.observability import count_metric, log
from crm.services.projection import stuck
from crm.services.projection.deployment import deployed_projector
from crm.services.projection.fold_log import WHOLE_LOG
from crm.services.projection.left_out import COUNTER
from crm.services.projection.parallel_projection import for_each_group
from crm.storage.activities import restore_receipt
from crm.storage.failure_queue import send_failures
from crm.storage.profiles import ProfileTable, load_profiles
from crm.storage.refusals import is_transient
from crm.storage.stream import (
    StreamExpiredError,
    StreamRecord,
    key_of,
    overwritten,
    read_batch,
    stream_change_of,
)

PROJECTION = "projection"
MAX_WAIT_MS = QUEUED_MESSAGES_DAYS * DAY_MS
"""How long the spill queue keeps events."""

DirtyMinutes = Mapping[str, set[int] | None]


def project_records(records: Iterable[StreamRecord]) -> None:
    """Project every profile that the records concern.

    A profile that fails is put on the failure queue, so that it does not block the others of its shard; one that can
    never be stored is listed as stuck. Raises when the queue does not accept it, and the stream delivers the whole
    batch again.
    """
    changes = _stream_changes(list(records))
    dirty = dirty_minutes(changes)
    failures = _project(dirty, connected_profiles(changes))
    _queue({id_: dirty[id_] for id_, error in failures.items() if not _is_set_aside(id_, error)})


def redrive_projection(message: Mapping[str, Any]) -> None:
    """Project the profiles of a message of the failure queue: one of this project, or a batch that the stream
    discarded.

    Records that the stream no longer holds are projected by a job over their range of time. Several profiles are queued
    one by one: one that kills its process must not affect the others. Raises RuntimeError when a profile fails that may
    succeed later: SQS delivers the message again, and finally to its dead-letter queue.
    """
    try:
        dirty = _dirty_minutes(message)
    except StreamExpiredError:
        _project_range(message["DDBStreamBatchInfo"])
        return
    if len(dirty) > 1:
        _queue(dirty)
        return
    # Earlier failures may concern other times than these: a stuck profile needs its whole log folded.
    listed = stuck.listed_among(dirty) if dirty else set()
    whole = {id_: WHOLE_LOG if id_ in listed else minutes for id_, minutes in dirty.items()}
    failures = _project(whole, [list(whole)])
    stuck.clear(listed - failures.keys())
    for id_, error in failures.items():
        if not is_transient(error):
            stuck.record_failure(id_, error, during=PROJECTION)
        if is_transient(error) or not (message.get("retry") or isinstance(error, ItemTooLargeError)):
            raise RuntimeError("the profile could not be projected")


def _dirty_minutes(message: Mapping[str, Any]) -> DirtyMinutes:
    if "DDBStreamBatchInfo" in message:
        return dirty_minutes(_stream_changes(_discarded_records(message["DDBStreamBatchInfo"])))
    return {id_: None if minutes is None else set(minutes) for id_, minutes in message["profiles"].items()}


def _queue(dirty: DirtyMinutes) -> None:
    if dirty:
        send_failures([json.dumps({"profiles": {id_: _listed(minutes)}}) for id_, minutes in dirty.items()])


def _is_set_aside(profile_id: str, error: Exception) -> bool:
    """Decide whether the profile is listed as stuck instead of being retried soon."""
    if not isinstance(error, ItemTooLargeError):
        return False
    try:
        stuck.record_failure(profile_id, error, during=PROJECTION)
    except Exception:
        log.exception("a stuck profile could not be listed", extra={"profile_id": profile_id})
        return False
    return True


def _discarded_records(batch: Mapping[str, Any]) -> list[StreamRecord]:
    first, last = batch["startSequenceNumber"], batch["endSequenceNumber"]
    return read_batch(batch["streamArn"], batch["shardId"], first, last)


def _project_range(batch: Mapping[str, Any]) -> None:
    """Start the job. Events may have been received long before they reached the stream, if they were spilled."""
    # The projector itself starts without what jobs need.
    from crm.services.reprojection.requests import start_range

    now = time.time_ns() // 1_000_000
    first = parse_time(batch.get("approximateArrivalOfFirstRecord")) or now - DAY_MS
    last = parse_time(batch.get("approximateArrivalOfLastRecord")) or now
    id_ = start_range(first - MAX_WAIT_MS, last + MINUTE_MS, now=now)
    log.error("a batch has expired from the stream: its logs are projected again", extra={"job_id": id_})
    count_metric("StreamForgotten")


def _stream_changes(records: Sequence[StreamRecord]) -> list[StreamChange]:
    """Return what the records announce, after restoring marks and receipts that copies have overwritten."""
    copies = [(record, *pair) for record in records if (pair := overwritten(record))]
    if marks := [mark for _, old, new in copies if (mark := mark_to_restore(old, new))]:
        ProfileTable().append(marks)
    for record, old, new in copies:
        received_at = receipt_to_restore(old, new)
        if received_at is not None:
            restore_receipt(*key_of(record), received_at)
    return [change for record in records if (change := stream_change_of(record))]


def _project(dirty: DirtyMinutes, groups: Sequence[Sequence[str]]) -> dict[str, Exception]:
    """Project the profiles and return the failures, which are logged, counted and never stop the others.

    `groups`: profiles that may claim each other; they are projected one after the other.
    """
    projector = deployed_projector(left_out=COUNTER.add)
    held = _read([group[0] for group in groups if len(group) == 1])
    failures = for_each_group(groups, lambda id_: projector.project(id_, dirty[id_], held.get(id_)))
    for profile_id, error in failures.items():
        log.error("projection failed", extra={"profile_id": profile_id}, exc_info=error)
    if failures:
        count_metric("ProjectionFailed", len(failures))
    return failures


def _read(profile_ids: Sequence[str]) -> dict[str, ProfileState]:
    """Read together the profiles that no other one of the batch changes. Empty if that fails: each is read alone."""
    try:
        found = load_profiles(profile_ids, consistent=True)
    except Exception as error:
        log.warning("the profiles of a batch could not be read together", exc_info=error)
        return {}
    return {id_: found.get(id_) or ProfileState(id_) for id_ in profile_ids}


def _listed(minutes: set[int] | None) -> list[int] | None:
    return None if minutes is None else sorted(minutes)
