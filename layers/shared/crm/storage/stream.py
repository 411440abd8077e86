"""Interpret records of the table's stream: which logs changed, and how profiles changed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from crm.domain import json_text
from crm.domain.activity import CONFLICT, ENTERED, LEFT, SEGMENTS_CHANGED, Activity, is_system_type
from crm.domain.identity import Identity, profile_id
from crm.domain.stream_change import StreamChange
from crm.domain.times import MINUTE_MS
from crm.settings import settings
from crm.storage.activities import to_activity
from crm.storage.activity_key import is_activity_key, time_in
from crm.storage.arrivals import Arrival
from crm.storage.items import StoredItem
from crm.storage.keys import PK, PROFILE_PREFIX, SK

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

StreamRecord = Mapping[str, Any]
"""One record of a DynamoDB stream, with both images."""

_VOLATILE = {"r", "r0", "expires_at"}  # when it was received: differs in every copy of one message
_EXPIRED_CODES = {"TrimmedDataAccessException", "ResourceNotFoundException"}


def stream_change_of(record: StreamRecord) -> StreamChange | None:
    """Return the change of an activity's record; None for any other item and for deletions by TTL.

    Segment changes in the log follow from everything else, and are ignored.
    """
    sort_key = record["dynamodb"]["Keys"]["sk"]["S"]
    if not is_activity_key(sort_key) or record["eventName"] == "REMOVE" or segment_change(record):
        return None
    profile_id = record["dynamodb"]["Keys"]["pk"]["S"].removeprefix(PROFILE_PREFIX)
    original_at = time_in(sort_key)
    named = _mentioned_profiles(record["dynamodb"].get("NewImage", {}))
    if original_at is None or _overwrites(record["dynamodb"]):
        return StreamChange(profile_id, None, named)
    return StreamChange(profile_id, original_at // MINUTE_MS, named)


def _mentioned_profiles(image: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the profiles of the identities that a stored activity names, except that of its own log."""
    if "d" not in image:
        return ()
    _, *others = json_text.decode(image["d"]["S"].encode())["i"]
    namespace = settings().identity_namespace
    return tuple(profile_id(namespace, Identity(type_, value)) for type_, value in others)


def _overwrites(change: Mapping[str, Any]) -> bool:
    """Decide whether the record replaced a different copy of the message, whose effects are in the fold."""
    old, new = change.get("OldImage"), change.get("NewImage", {})
    return old is not None and _lasting(old) != _lasting(new)


def _lasting(image: Mapping[str, Any]) -> StoredItem:
    return {name: value for name, value in image.items() if name not in _VOLATILE}


def key_of(record: StreamRecord) -> tuple[str, str]:
    """Return the key of the record's item."""
    keys = record["dynamodb"]["Keys"]
    return keys["pk"]["S"], keys["sk"]["S"]


def overwritten(record: StreamRecord) -> tuple[Activity, Activity] | None:
    """Return the activity that the record has replaced and the one that has replaced it; None if it replaced none."""
    change = record["dynamodb"]
    old, new = change.get("OldImage", {}), change.get("NewImage", {})
    if not is_activity_key(key_of(record)[1]) or "ty" not in old or "ty" not in new:
        return None
    return to_activity(old), to_activity(new)


def arrival_of(record: StreamRecord) -> tuple[str, Arrival] | None:
    """Return the source and the place of a new activity of a customer; None for any other record."""
    sort_key = record["dynamodb"]["Keys"][SK]["S"]
    image = record["dynamodb"].get("NewImage", {})
    if record["eventName"] != "INSERT" or not is_activity_key(sort_key) or "so" not in image:
        return None
    if "ty" in image and is_system_type(image["ty"]["S"]):
        return None
    original_at = time_in(sort_key)
    return None if original_at is None else (image["so"]["S"], Arrival(profile_of(record), original_at))


def profile_of(record: StreamRecord) -> str:
    """Return the id of the profile in whose partition the record's item is."""
    return str(record["dynamodb"]["Keys"][PK]["S"]).partition("#")[2]


def item_id(record: StreamRecord) -> str:
    """Return the keys of the record's item as one text, the same for every record of the item."""
    keys = record["dynamodb"]["Keys"]
    return f"{keys[PK]['S']}|{keys[SK]['S']}"


def is_conflict(record: StreamRecord) -> bool:
    """Decide whether the record is of an activity that notes a lost claim."""
    return bool(record["dynamodb"].get("NewImage", {}).get("ty", {}).get("S") == CONFLICT)


def segment_change(record: StreamRecord) -> Activity | None:
    """Return the activity of the record if a customer has entered or left segments by it."""
    new = record["dynamodb"].get("NewImage", {})
    return to_activity(new) if new.get("ty", {}).get("S") in (ENTERED, LEFT, SEGMENTS_CHANGED) else None


class StreamExpiredError(Exception):
    """The stream no longer has the records: it keeps them for 24 hours."""


def read_batch(stream_arn: str, shard_id: str, first: str, last: str) -> list[StreamRecord]:
    """Read the records of a failed batch by sequence numbers. Raises StreamExpiredError, and botocore's errors."""
    try:
        return list(_batch(stream_arn, shard_id, first, last))
    except ClientError as error:
        if error.response["Error"]["Code"] in _EXPIRED_CODES:
            raise StreamExpiredError from error
        raise


def _batch(stream_arn: str, shard_id: str, first: str, last: str) -> Iterator[StreamRecord]:
    iterator: str | None = _streams().get_shard_iterator(
        StreamArn=stream_arn,
        ShardId=shard_id,
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=first,
    )["ShardIterator"]
    while iterator:
        answer = _streams().get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            yield _as_delivered(record)
            if record["dynamodb"]["SequenceNumber"] == last:
                return
        iterator = answer.get("NextShardIterator") if answer["Records"] else None


def _as_delivered(record: Any) -> StreamRecord:
    """Convert a record to the form in which Lambda delivers it: botocore parses times to datetimes."""
    made: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
    return {**record, "dynamodb": record["dynamodb"] | {"ApproximateCreationDateTime": made.timestamp()}}


@cache
def _streams() -> "DynamoDBStreamsClient":
    import boto3

    return boto3.client("dynamodbstreams")
