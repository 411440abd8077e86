"""A message that is sent again with a stronger identity is one message, in any order of its copies."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from crm.domain.times import iso, parse_time
from crm.services.projection.deployment import id_of
from crm.services.projection.stream_consumer import redrive_projection
from crm.services.tracking.drain_spill import drain
from tests.support.activities import browser
from tests.support.gateway import Client
from tests.support.stream import Pump

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
    """Return the number of activities of the user's profile, and the ids in its timeline."""

    def read() -> tuple[int, list[str]]:
        key = api_key()
        profile = client("GET", "/v1/identities/user_id/u1", key=key).body
        timeline = client("GET", f"/v1/profiles/{profile['id']}/activities", key=key).body["activities"]
        return profile["totals"]["activities"], [one["id"] for one in timeline]

    return read


def test_a_retried_copy_replaces_the_first(send: Send, shown: Any) -> None:
    send(FIRST)
    send(AGAIN, attempt=1)
    assert shown() == (1, ["view-1"])


@pytest.mark.parametrize("waited_ms", [101, 700, 86_400_000])
def test_a_delayed_single_message_replaces_an_earlier_copy(
    client: Client, write_key: str, pump: Pump, shown: Any, waited_ms: int
) -> None:
    """SDKs based on Segment's older ones send a message again on the next page, without a count of attempts."""
    happened = parse_time(VIEW["timestamp"]) or 0
    for message, sent_at in ((FIRST, happened + 5), (AGAIN, happened + waited_ms)):
        body = {"writeKey": write_key, "sentAt": iso(sent_at), **message}
        assert client("POST", "/v1/p", body).status == 200
        pump()
    assert shown() == (1, ["view-1"])


@pytest.mark.parametrize("headers", [{}, {"x-backfill": "true"}])
def test_an_immediate_or_backfilled_message_writes_no_marks(
    client: Client, write_key: str, table: Any, headers: dict[str, str]
) -> None:
    waited = 3_600_000 if headers else 100
    sent_at = iso((parse_time(VIEW["timestamp"]) or 0) + waited)
    client("POST", "/v1/p", {"writeKey": write_key, "sentAt": sent_at, **AGAIN}, headers=headers)
    assert [item["ty"] for item in table.scan()["Items"] if item["sk"].startswith("A#")] == ["page"]


def test_a_late_first_copy_changes_nothing(send: Send, shown: Any) -> None:
    send(AGAIN, attempt=1)
    send(FIRST)
    assert shown() == (1, ["view-1"])
    send(FIRST)
    send(AGAIN, attempt=2)
    assert shown() == (1, ["view-1"])


def test_a_first_copy_delayed_in_the_spill_queue_changes_nothing(
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
def test_a_late_first_copy_in_a_discarded_stream_batch_changes_nothing(
    client: Client, write_key: str, send: Send, shown: Any, pump: Pump, table: Any
) -> None:
    send(AGAIN, attempt=1)
    client("POST", "/v1/batch", {"writeKey": write_key, "batch": [FIRST]})
    (late,) = pump.take()
    arn = table.meta.client.describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
    shard = boto3.client("dynamodbstreams").describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
    number = late["dynamodb"]["SequenceNumber"]

    redrive_projection(
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


def test_the_mark_of_a_message_without_an_earlier_copy_is_not_shown(send: Send, shown: Any) -> None:
    send(AGAIN, attempt=1)
    assert shown() == (1, ["view-1"])


def test_first_attempts_write_no_marks(send: Send, table: Any) -> None:
    send(AGAIN)
    keys = {item["pk"] for item in table.scan()["Items"] if item["sk"].startswith("A#")}
    assert f"P#{id_of(browser('b1'))}" not in keys
