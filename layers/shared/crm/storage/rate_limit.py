"""The token buckets of sources, each in one number (GCRA): the instant at which the bucket is full again.

https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
"""

from typing import Any

from botocore.exceptions import ClientError

from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import PK, SK

BUCKET_PREFIX = "L#"
BUCKET_SK = "BUCKET"


def take(source_id: str, *, now: int, cost: int, room: int) -> int | None:
    """Take from a bucket, all times in microseconds. None when taken, else the instant at which there will be room.

    `cost` is how long the bucket takes to refill what is taken; it has room while it is full again within `room`.
    One write for a bucket that was full, two for one that was not.
    """
    if cost <= 0:
        return None
    full_at = _start_anew(source_id, now, cost)
    if full_at is None or (full_at <= now + room and _add(source_id, now + room, cost)):
        return None
    return full_at - room


def _start_anew(source_id: str, now: int, cost: int) -> int | None:
    return _update(
        source_id,
        UpdateExpression="SET full_at = :full_at",
        ConditionExpression="attribute_not_exists(full_at) OR full_at <= :now",
        ExpressionAttributeValues={":full_at": {"N": str(now + cost)}, ":now": {"N": str(now)}},
    )


def _add(source_id: str, latest: int, cost: int) -> bool:
    full_at = _update(
        source_id,
        UpdateExpression="SET full_at = full_at + :cost",
        ConditionExpression="full_at <= :latest",
        ExpressionAttributeValues={":cost": {"N": str(cost)}, ":latest": {"N": str(latest)}},
    )
    return full_at is None


def _update(source_id: str, **update: Any) -> int | None:
    """None when the bucket was as it had to be, else when it is full again."""
    try:
        dynamodb().update_item(
            TableName=settings().table_name,
            Key={PK: {"S": BUCKET_PREFIX + source_id}, SK: {"S": BUCKET_SK}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **update,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        held: Any = error.response
        return int(held["Item"]["full_at"]["N"])
    return None
