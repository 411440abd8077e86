"""A message sent again with a better name is one message, in whatever order its copies arrive."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from crm.services.projecting.deployment import id_of
from crm.services.projecting.projection import redrive
from crm.services.recording.spill import drain
from tests.activities import browser
from tests.integration.gateway import Client
from tests.integration.stream import Pump

VIEW = {"messageId": "view-1", "timestamp": "2026-11-21T12:00:00Z", "anonymousId": "b1", "type": "page"}
FIRST = VIEW
AGAIN = VIEW | {"userId": "u1"}

Send = Callable[..., None]


@pytest.fixture
def send(client: Client, write_key: str, pump: Pump) -> Send:
    def send_and_project(message: dict[str, Any], attempt: int = 0) -> None:
        headers = {"x-retry-count": str(attempt)} if attempt else {}
        body = {"writeKey": write_key, "batch": [message]}
        assert client("POST", "/v1/batch", body, headers=headers).body["accepted"] == 1
        pump()

    return send_and_project


@pytest.fixture
def shown(client: Client, api_key: Callable[..., str]) -> Callable[[], tuple[int, list[str]]]:
    """How many activities the user's profile counts, and the ids in its timeline."""

    def read() -> tuple[int, list[str]]:
        key = api_key()
        profile = client("GET", "/v1/identities/user_id/u1", key=key).body
        timeline = client("GET", f"/v1/profiles/{profile['id']}/activities", key=key).body["activities"]
        return profile["totals"]["activities"], [one["id"] for one in timeline]

    return read


def test_the_repeated_copy_takes_the_place_of_the_first(send: Send, shown: Any) -> None:
    send(FIRST)
    send(AGAIN, attempt=1)
    assert shown() == (1, ["view-1"])


def test_a_first_copy_that_arrives_late_changes_nothing(send: Send, shown: Any) -> None:
    send(AGAIN, attempt=1)
    send(FIRST)
    assert shown() == (1, ["view-1"])
    send(FIRST)
    send(AGAIN, attempt=2)
    assert shown() == (1, ["view-1"])


def test_a_first_copy_that_waited_in_the_spill_queue_changes_nothing(
    send: Send, shown: Any, pump: Pump, table: Any
) -> None:
    send(FIRST)
    (item,) = [i for i in table.scan()["Items"] if i["sk"].startswith("A#")]
    send(AGAIN, attempt=1)
    spilled = {name: {"N": str(value)} if name in "or" else {"S": value} for name, value in item.items()}
    drain(json.dumps({"items": [spilled]}))
    pump()
    assert shown() == (1, ["view-1"])


@pytest.mark.moto
def test_a_late_first_copy_whose_batch_the_stream_gave_up_changes_nothing(
    client: Client, write_key: str, send: Send, shown: Any, pump: Pump, table: Any
) -> None:
    send(AGAIN, attempt=1)
    client("POST", "/v1/batch", {"writeKey": write_key, "batch": [FIRST]})
    (late,) = pump.take()
    arn = table.meta.client.describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
    shard = boto3.client("dynamodbstreams").describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
    number = late["dynamodb"]["SequenceNumber"]

    redrive(
        {
            "DDBStreamBatchInfo": {
                "streamArn": arn,
                "shardId": shard["ShardId"],
                "startSequenceNumber": number,
                "endSequenceNumber": number,
            }
        }
    )

    assert shown() == (1, ["view-1"])


def test_a_message_that_was_never_stored_before_leaves_no_trace_of_its_mark(send: Send, shown: Any) -> None:
    send(AGAIN, attempt=1)
    assert shown() == (1, ["view-1"])


def test_first_attempts_write_no_marks(send: Send, table: Any) -> None:
    send(AGAIN)
    keys = {item["pk"] for item in table.scan()["Items"] if item["sk"].startswith("A#")}
    assert f"P#{id_of(browser('b1'))}" not in keys
