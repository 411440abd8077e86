"""Answering the doorbells of the stream, and those that could not be answered at once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm.domain.doorbell import Doorbell, visits
from crm.observability import count, log
from crm.services.projecting.deployment import deployed_projector
from crm.storage.activities import put_back_receipt
from crm.storage.failure_queue import send_failures
from crm.storage.profiles import ProfileTable
from crm.storage.stream import Record, doorbell_of, overwritten_mark, overwritten_receipt, read_batch


def project_records(records: Iterable[Record]) -> None:
    """Project every profile that the records ring for.

    A profile that fails is put on the failure queue, so that it does not hold up the others of its shard; raises
    what the queue raises when it cannot take it, and the stream delivers the whole batch again.
    """
    failed = _project(visits(_doorbells(list(records))))
    if failed:
        send_failures([json.dumps({"profiles": {id_: _listed(minutes)}}) for id_, minutes in failed.items()])


def redrive(message: Mapping[str, Any]) -> None:
    """Project again what a message of the failure queue names: our own, or a batch that the stream gave up.

    Raises RuntimeError when a profile fails again: SQS delivers the message once more, and at last to its dead letters.
    """
    if "DDBStreamBatchInfo" in message:
        visited = visits(_doorbells(_given_up(message["DDBStreamBatchInfo"])))
    else:
        visited = {
            id_: None if minutes is None else set(minutes) for id_, minutes in message["profiles"].items()
        }
    if failed := _project(visited):
        raise RuntimeError(f"{len(failed)} of {len(visited)} profiles could not be projected")


def _given_up(batch: Mapping[str, Any]) -> list[Record]:
    first, last = batch["startSequenceNumber"], batch["endSequenceNumber"]
    return list(read_batch(batch["streamArn"], batch["shardId"], first, last))


def _doorbells(records: Sequence[Record]) -> list[Doorbell]:
    """What the records ring for, once the marks and receipts that copies have overwritten are back in the logs."""
    if marks := [mark for record in records if (mark := overwritten_mark(record))]:
        ProfileTable().append(marks)
    for receipt in filter(None, map(overwritten_receipt, records)):
        put_back_receipt(*receipt)
    return [bell for record in records if (bell := doorbell_of(record))]


def _project(visited: Mapping[str, set[int] | None]) -> dict[str, set[int] | None]:
    """What failed. A failure of one profile, whatever it is, must not stop the others: it is logged and counted."""
    projector = deployed_projector()
    failed: dict[str, set[int] | None] = {}
    for profile_id, minutes in visited.items():
        try:
            projector.project(profile_id, minutes)
        except Exception:
            log.exception("projection failed", extra={"profile_id": profile_id})
            failed[profile_id] = minutes
    if failed:
        count("ProjectionFailed", len(failed))
    return failed


def _listed(minutes: set[int] | None) -> list[int] | None:
    return None if minutes is None else sorted(minutes)
