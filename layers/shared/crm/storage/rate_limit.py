"""Limit rates by token buckets of sources, forms and visitors, each stored as one number (GCRA): when it is full again.

https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm. All times and amounts are in microseconds: an amount is how
long the bucket takes to refill it.
"""

from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from crm.domain.retention import RATE_LIMITS_DAYS
from crm.domain.times import DAY_S
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import EXPIRES_AT, PK, SK

BUCKET_PREFIX = "L#"
BUCKET_SK = "BUCKET"
_MICROSECONDS = 1_000_000


class Taken(NamedTuple):
    """The amount that was taken, 0 for nothing, and when the bucket is full again."""

    amount: int
    full_at: int


def take_tokens(bucket: str, *, now: int, least: int, most: int, capacity: int) -> Taken:
    """Take as much as there is between `least` and `most`, or nothing.

    A full bucket gives `most`, even if that exceeds its capacity. One write for a full bucket, two for any other.
    """
    if most <= 0:
        return Taken(0, now)
    full_at = _reset(bucket, now, most)
    if full_at is None:
        return Taken(most, now + most)
    amount = min(most, now + capacity - full_at)
    if amount < least or not _add(bucket, now + capacity - amount, amount):
        return Taken(0, full_at)
    return Taken(amount, full_at + amount)


def _reset(bucket: str, now: int, amount: int) -> int | None:
    return _update(
        bucket,
        now + amount,
        "attribute_not_exists(full_at) OR full_at <= :now",
        "SET full_at = :full_at",
        {":full_at": {"N": str(now + amount)}, ":now": {"N": str(now)}},
    )


def _add(bucket: str, latest: int, amount: int) -> bool:
    full_at = _update(
        bucket,
        latest + amount,
        "full_at <= :latest",
        "SET full_at = full_at + :amount",
        {":amount": {"N": str(amount)}, ":latest": {"N": str(latest)}},
    )
    return full_at is None


def _update(bucket: str, full_by: int, condition: str, change: str, values: dict[str, Any]) -> int | None:
    """Update a bucket. Returns None if its condition holds, else when it is full again."""
    expires_at = full_by // _MICROSECONDS + RATE_LIMITS_DAYS * DAY_S
    try:
        dynamodb().update_item(
            TableName=settings().table_name,
            Key={PK: {"S": BUCKET_PREFIX + bucket}, SK: {"S": BUCKET_SK}},
            ConditionExpression=condition,
            UpdateExpression=f"{change}, {EXPIRES_AT} = :expires_at",
            ExpressionAttributeValues={**values, ":expires_at": {"N": str(expires_at)}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        response: Any = error.response
        return int(response["Item"]["full_at"]["N"])
    return None
