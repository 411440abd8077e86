"""The stream of a moto table, read through its API."""

from functools import cache
from typing import Any

import boto3

from tests.support.stream import Record


class MotoStream:
    """Every record of a moto table, oldest first."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def after(self, place: tuple[str, str] | None = None) -> tuple[list[Record], tuple[str, str]]:
        """Return the records after a position (None: all of them), and the position after them."""
        arn, iterator = place or _beginning(self._table_name)
        records, iterator = _read(arn, iterator)
        return records, (arn, iterator)


@cache
def _streams() -> Any:
    return boto3.client("dynamodbstreams")


def _beginning(table_name: str) -> tuple[str, str]:
    """Return the stream's ARN, and an iterator from its first record on."""
    table = boto3.client("dynamodb").describe_table(TableName=table_name)["Table"]
    streams = _streams()
    arn = table["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return arn, iterator


def _read(arn: str, iterator: str) -> tuple[list[Record], str]:
    """Return the records from an iterator on, and the next iterator."""
    streams = _streams()
    records: list[Record] = []
    while page := streams.get_records(ShardIterator=iterator, Limit=1000):
        iterator = page["NextShardIterator"]
        if not page["Records"]:
            break
        records += [_as_delivered(record, arn) for record in page["Records"]]
    return records, iterator


def _as_delivered(record: Any, arn: str) -> Record:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
    return {**record, "dynamodb": change, "eventSourceARN": arn}
