"""Store jobs, `J#<id>` / `JOB`, listed by the index `groups`, and their working data, `J#<id>` / `PART#<name>`.

Working data may be about people. It is deleted when the job is done; the job itself contains ids and counts.
"""

import heapq
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from botocore.exceptions import ClientError

from crm.domain.errors import UnavailableError, VersionConflictError
from crm.domain.job import Job
from crm.domain.stored_record import from_record, to_record
from crm.domain.times import iso
from crm.settings import settings
from crm.storage.batch_put import prepare_put
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import GROUPS_INDEX, GROUPS_PK, GROUPS_SK, JOB_PREFIX, PK, SK, fits_in_key
from crm.storage.log_writer import log_writer
from crm.storage.partitions import batch_get, delete, query

_JOB_SK = "JOB"
_PART_PREFIX = "PART#"
_LISTED = "JOBS#"
_PAGE = 100
_TAKEN = "ConditionalCheckFailedException"

Parts = dict[str, Any]
"""The working data of a job, by name: plain JSON."""


def create(job: Job) -> Job:
    """Store a new job; return the stored one if there is one with this id."""
    try:
        dynamodb().put_item(
            TableName=settings().table_name,
            Item=_item(replace(job, version=1)),
            ConditionExpression="attribute_not_exists(pk)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != _TAKEN:
            raise
        return find([job.id])[job.id]
    return replace(job, version=1)


def save(job: Job) -> Job:
    """Save the next version of a job; return it as stored.

    Raises VersionConflictError if it is no longer at the version that was read.
    """
    after = replace(job, version=job.version + 1)
    try:
        dynamodb().put_item(
            TableName=settings().table_name,
            Item=_item(after),
            ConditionExpression="v = :held",
            ExpressionAttributeValues={":held": {"N": str(job.version)}},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != _TAKEN:
            raise
        # The SDK retries a call whose response came too late, and the retry then finds its own write.
        if find([job.id]).get(job.id) != after:
            raise VersionConflictError("another process works on this job") from error
    return after


def find(job_ids: Collection[str]) -> dict[str, Job]:
    """Return the jobs by id, at most 100; those that do not exist are left out. Consistent. Raises UnavailableError."""
    keys = [_key(id_, _JOB_SK) for id_ in sorted(set(job_ids)) if fits_in_key(id_)]
    jobs = map(_job, batch_get({"Keys": keys, "ConsistentRead": True}))
    return {job.id: job for job in jobs}


def newest_first(states: Iterable[str], before: str | None) -> Iterator[tuple[str, str]]:
    """Yield (position, id) of the jobs in these states, starting after the position `before`. Lazy, eventually
    consistent.
    """
    requests = [_listed_in(state, before) for state in states]
    for item in heapq.merge(*map(query, requests), key=_place, reverse=True):
        if _place(item) != before:
            yield _place(item), item[PK]["S"].removeprefix(JOB_PREFIX)


def _listed_in(state: str, before: str | None) -> dict[str, Any]:
    condition, values = f"{GROUPS_PK} = :pk", {":pk": {"S": _LISTED + state}}
    if before:
        condition += f" AND {GROUPS_SK} <= :before"
        values[":before"] = {"S": before}
    return {
        "IndexName": GROUPS_INDEX,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": False,
        "Limit": _PAGE,
    }


def keep_parts(job_id: str, parts: Mapping[str, Any]) -> None:
    """Store working data of a job. Raises UnavailableError."""
    puts = [
        prepare_put(
            JOB_PREFIX + job_id, _PART_PREFIX + name, {"document": json.dumps(part, ensure_ascii=False)}
        )
        for name, part in parts.items()
    ]
    if log_writer().write(puts):
        raise UnavailableError("the table accepts no parts of jobs at the moment", retry_after=1)


def keep_part(job_id: str, name: str, part: Any) -> bool:
    """Store working data once. Returns False if there is data with this name, which stays."""
    item = _key(job_id, _PART_PREFIX + name) | {"document": {"S": json.dumps(part, ensure_ascii=False)}}
    try:
        dynamodb().put_item(
            TableName=settings().table_name, Item=item, ConditionExpression="attribute_not_exists(pk)"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != _TAKEN:
            raise
        return False
    return True


def working_data(job_id: str, prefix: str = "") -> Parts:
    """Read the working data of a job whose names have this prefix. Consistent."""
    return {
        item[SK]["S"].removeprefix(_PART_PREFIX): json.loads(item["document"]["S"])
        for item in query(_parts_named(job_id, prefix))
    }


def count_parts(job_id: str, prefix: str) -> int:
    """Count the working data whose names have this prefix. Consistent."""
    request = _parts_named(job_id, prefix) | {"TableName": settings().table_name, "Select": "COUNT"}
    counted = 0
    while True:
        page = dynamodb().query(**request)
        counted += page["Count"]
        if "LastEvaluatedKey" not in page:
            return counted
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def has_working_data(job_id: str, name: str) -> bool:
    """Decide whether there is working data with this name. Consistent."""
    answer = dynamodb().get_item(
        TableName=settings().table_name, Key=_key(job_id, _PART_PREFIX + name), ConsistentRead=True
    )
    return "Item" in answer


def _parts_named(job_id: str, prefix: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": {
            ":pk": {"S": JOB_PREFIX + job_id},
            ":prefix": {"S": _PART_PREFIX + prefix},
        },
        "ConsistentRead": True,
    }


def drop_parts(job_id: str, names: Iterable[str]) -> None:
    """Delete the working data of a job. Missing data is ignored. Raises UnavailableError."""
    delete(JOB_PREFIX + job_id, [_PART_PREFIX + name for name in names])


def _place(item: Mapping[str, Any]) -> str:
    return cast("str", item[GROUPS_SK]["S"])


def _key(job_id: str, sort_key: str) -> StoredItem:
    return {PK: {"S": JOB_PREFIX + job_id}, SK: {"S": sort_key}}


def _item(job: Job) -> StoredItem:
    document = to_record(job)
    document.pop("version")
    if not job.refused:
        document.pop("refused")
    return _key(job.id, _JOB_SK) | {
        GROUPS_PK: {"S": _LISTED + job.state},
        GROUPS_SK: {"S": f"{iso(job.created_at)}#{job.id}"},
        "v": {"N": str(job.version)},
        "document": {"S": json.dumps(document, ensure_ascii=False, separators=(",", ":"))},
    }


def _job(item: Mapping[str, Any]) -> Job:
    return from_record(Job, json.loads(item["document"]["S"]) | {"version": int(item["v"]["N"])})
