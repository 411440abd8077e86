"""The table's stream, as the event source mapping hands it to the functions."""

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any
from unittest import mock

import boto3
from botocore.exceptions import ClientError

from crm.domain.activity import CONFLICT, ENTERED, LEFT
from crm.services import consume_changes
from tests.integration.gateway import Answer, Client


class Pump:
    """Reads the stream of a moto table and calls the functions behind it, in order, until nothing new comes."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name
        self._place: tuple[str, str] | None = None

    def __call__(self, *, batch_size: int = 100, publish: bool = False) -> int:
        """Project and bring up everything new (with `publish`, tell others, too); answers how many records were handed
        to the projection.
        """
        handed = 0
        while records := self.take():
            handed += self._hand("project_profiles", [r for r in records if _is_activity(r)], batch_size)
            consumed = [r for r in records if _is_consumed(r)]
            if publish:
                self._hand("publish_changes", consumed, batch_size)
            else:
                _bring_up(consumed)
        return handed

    def take(self) -> list[dict[str, Any]]:
        """The records since the last time, without handing them to anybody."""
        arn, iterator = self._place or _beginning(self._table_name)
        records, iterator = _read(arn, iterator)
        self._place = (arn, iterator)
        return records

    def read_again(self) -> list[dict[str, Any]]:
        """Every record of the stream so far."""
        return _read(*_beginning(self._table_name))[0]

    def _hand(self, function: str, records: list[dict[str, Any]], batch_size: int) -> int:
        for start in range(0, len(records), batch_size):
            app = importlib.import_module(f"functions.{function}.app")
            answer = app.handler({"Records": records[start : start + batch_size]}, None) or {}
            failures = answer.get("batchItemFailures")
            assert not failures, f"{function} left records to be retried: {failures}"
        return len(records)


class Follower:
    """The consumer of the stream, which has always come as far as a user would wait. It tells nobody else: what others
    are told is the pump's.
    """

    def __init__(self, table_name: str) -> None:
        self._pump = Pump(table_name)

    def __call__(self) -> None:
        """Memberships and what logs are told of segments follow everything that was stored so far."""
        try:
            while records := [r for r in self._pump.take() if _is_consumed(r)]:
                _bring_up(records)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise  # else the test has deleted the table


class PatientClient(Client):
    """A client that waits a moment before and after each request."""

    def __init__(self, follow: Callable[[], None]) -> None:
        self._follow = follow

    def __call__(self, *args: Any, **more: Any) -> Answer:
        self._follow()
        answer = super().__call__(*args, **more)
        self._follow()
        return answer


def _bring_up(records: list[dict[str, Any]]) -> None:
    with mock.patch.object(consume_changes, "publish"):
        assert consume_changes.consume(records) is None


def _sort_key(record: dict[str, Any]) -> str:
    key: str = record["dynamodb"]["Keys"]["sk"]["S"]
    return key


def _is_activity(record: dict[str, Any]) -> bool:
    return record["eventName"] in {"INSERT", "MODIFY"} and _sort_key(record).startswith("A#")


def _is_consumed(record: dict[str, Any]) -> bool:
    told = record["dynamodb"].get("NewImage", {}).get("ty", {}).get("S")
    return _sort_key(record) == "PROFILE" or told in {CONFLICT, ENTERED, LEFT}


@cache
def _streams() -> Any:
    return boto3.client("dynamodbstreams")


def _beginning(table_name: str) -> tuple[str, str]:
    """The stream's ARN, and an iterator from its first record on."""
    table = boto3.client("dynamodb").describe_table(TableName=table_name)["Table"]
    streams = _streams()
    arn = table["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return arn, iterator


def _read(arn: str, iterator: str) -> tuple[list[dict[str, Any]], str]:
    """What there is from here on, and the iterator of what comes then."""
    streams = _streams()
    records: list[dict[str, Any]] = []
    while page := streams.get_records(ShardIterator=iterator, Limit=1000):
        iterator = page["NextShardIterator"]
        if not page["Records"]:
            break
        records += [_as_delivered(record, arn) for record in page["Records"]]
    return records, iterator


def _as_delivered(record: Any, arn: str) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
    return {**record, "dynamodb": change, "eventSourceARN": arn}
