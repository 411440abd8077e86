"""Reading logs, with the low-level client: a projection reads many activities at a time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from botocore.exceptions import ClientError

from crm.domain.activity import Activity, ActivityRecord, from_record
from crm.domain.times import iso, parse_time
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import ACTIVITY_PREFIX, PK, PROFILE_PREFIX, SK

_LAST_TIME = "~"  # sorts behind every digit
_PAGE = 200


def read_range(profile_id: str, start: int, end: int) -> Iterator[Activity]:
    """The log with `start <= original_at < end` (ms), ascending, consistent."""
    return _read(profile_id, _key(start), _key(end), ascending=True, consistent=True)


def read_newest_first(profile_id: str, start: int, end: int) -> Iterator[Activity]:
    """The log with `start <= original_at < end` (ms), descending by key, page by page as far as it is asked for."""
    return _read(profile_id, _key(start), _key(end), ascending=False, consistent=True)


def discard(profile_id: str, activities: Iterable[Activity]) -> None:
    """Delete from a log. Deleting what is not there is no failure."""
    for activity in activities:
        sort_key = f"{ACTIVITY_PREFIX}{iso(activity.original_at)}#{activity.message_id}"
        key = {PK: {"S": PROFILE_PREFIX + profile_id}, SK: {"S": sort_key}}
        dynamodb().delete_item(TableName=settings().table_name, Key=key)


def put_back_receipt(pk: str, sk: str, received_at: int) -> None:
    """Keep with a stored activity when its first copy was received (epoch ms); only an earlier time is written."""
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


def _key(milliseconds: int) -> str:
    """The smallest sort key of this instant. Instants outside of what ISO 8601 writes are before or behind all."""
    if milliseconds < 0:
        return ACTIVITY_PREFIX
    try:
        return ACTIVITY_PREFIX + iso(milliseconds)
    except (ValueError, OverflowError, OSError):
        return ACTIVITY_PREFIX + _LAST_TIME


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
    """The activity that an item of the table, or an image of the stream, holds."""
    original_at, _, message_id = item[SK]["S"].removeprefix(ACTIVITY_PREFIX).partition("#")
    milliseconds = parse_time(original_at)
    if milliseconds is None:
        raise ValueError(f"an activity's key holds no instant: {item[PK]['S']}")
    record = cast("ActivityRecord", {name: _plain(value) for name, value in item.items()})
    return from_record(milliseconds, message_id, record)


def _plain(value: dict[str, str]) -> str | int:
    return int(value["N"]) if "N" in value else value["S"]
