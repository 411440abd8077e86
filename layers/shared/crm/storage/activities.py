"""Read logs with the low-level client, because a projection reads many activities at a time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from botocore.exceptions import ClientError

from crm.domain.activity import Activity, ActivityRecord, from_record, rank_in
from crm.settings import settings
from crm.storage.activity_key import activity_key, first_key_at, message_id_in, time_in
from crm.storage.client import dynamodb
from crm.storage.keys import PK, PROFILE_PREFIX, SK

_PAGE = 200


def read_range(profile_id: str, start: int, end: int) -> Iterator[Activity]:
    """Read the log with `start <= original_at < end` (ms), ascending, consistent."""
    return _read(profile_id, first_key_at(start), first_key_at(end), ascending=True, consistent=True)


def read_newest_first(profile_id: str, start: int, end: int) -> Iterator[Activity]:
    """Read the log with `start <= original_at < end` (ms), descending by key. Lazy, page by page."""
    return _read(profile_id, first_key_at(start), first_key_at(end), ascending=False, consistent=True)


def discard(profile_id: str, activities: Iterable[Activity]) -> None:
    """Delete activities from a log. A missing activity is ignored."""
    for activity in activities:
        key = {PK: {"S": PROFILE_PREFIX + profile_id}, SK: {"S": activity_key(activity)}}
        dynamodb().delete_item(TableName=settings().table_name, Key=key)


def restore_receipt(pk: str, sk: str, received_at: int) -> None:
    """Store with an activity when its first copy was received (epoch ms). Only an earlier time is written."""
    try:
        dynamodb().update_item(
            TableName=settings().table_name,
            Key={PK: {"S": pk}, SK: {"S": sk}},
            UpdateExpression="SET r0 = :at",
            ConditionExpression="attribute_exists(pk) AND (attribute_not_exists(r0) OR r0 > :at)",
            ExpressionAttributeValues={":at": {"N": str(received_at)}},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def _read(
    profile_id: str, first: str, behind: str, *, ascending: bool, consistent: bool
) -> Iterator[Activity]:
    request: dict[str, Any] = {
        "TableName": settings().table_name,
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :behind",
        "ExpressionAttributeValues": {
            ":pk": {"S": PROFILE_PREFIX + profile_id},
            ":first": {"S": first},
            ":behind": {"S": behind},
        },
        "ScanIndexForward": ascending,
        "ConsistentRead": consistent,
    }
    if not ascending:
        request["Limit"] = _PAGE
    while True:
        answer = dynamodb().query(**request)
        # BETWEEN includes its end; keys of that instant are longer than the bare bound, so none is ever equal to it.
        yield from (to_activity(cast("dict[str, Any]", item)) for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def to_activity(item: Mapping[str, Any]) -> Activity:
    """Build the activity from an item of the table or an image of the stream."""
    sort_key = item[SK]["S"]
    original_at = time_in(sort_key)
    if original_at is None:
        raise ValueError(f"an activity's key holds no instant: {item[PK]['S']}")
    record = ActivityRecord(
        ty=item["ty"]["S"],
        o=int(item["o"]["N"]),
        r=int(item["r"]["N"]),
        so=item["so"]["S"],
        k=item["k"]["S"],
        d=item["d"]["S"],
    )
    if "n" in item:
        record["n"] = item["n"]["S"]
    if "r0" in item:
        record["r0"] = int(item["r0"]["N"])
    message_id, legacy_key = message_id_in(sort_key, rank_in(record))
    return from_record(original_at, message_id, record, legacy_key=legacy_key)
