"""A profile that cannot be projected waits in the failure queue and does not block others."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from crm.domain.activity import Activity
from crm.domain.profile import ProfileState
from crm.services.projection import projector as projecting
from crm.services.projection.deployment import id_of
from crm.services.projection.projector import Projector
from crm.storage.profiles import ProfileTable, load_profiles
from functions.project_profiles.app import handler as project
from functions.redrive_projections.app import handler as redrive
from tests.support.activities import activity, user
from tests.support.stream import Pump
from tests.support.template import received

GOOD, BAD = user("good"), user("bad")


@pytest.fixture
def records(table: Any, pump: Pump) -> list[dict[str, Any]]:
    """Return stream records of activities of two people."""
    ProfileTable().append([activity(GOOD), activity(BAD)])
    return pump.take()


@pytest.fixture
def fail_for_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(Projector):
        def project(self, profile_id: str, minutes: Any, held: ProfileState | None = None) -> None:
            if profile_id == id_of(BAD):
                raise RuntimeError("secret@example.com")
            super().project(profile_id, minutes, held)

    monkeypatch.setattr(projecting, "Projector", Failing)


def projected(*identities: Any) -> list[bool]:
    return [bool(load_profiles([id_of(identity)], consistent=True)) for identity in identities]


def test_the_others_are_projected_and_the_failed_one_is_queued(
    records: list[dict[str, Any]],
    queue: dict[str, str],
    fail_for_bad: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert project({"Records": records}, None) == {"batchItemFailures": []}

    assert projected(GOOD, BAD) == [True, False]
    (message,) = received(queue["failure"])
    assert list(message["profiles"]) == [id_of(BAD)]
    logged = capsys.readouterr().out
    assert "projection failed" in logged
    assert "secret@example.com" not in logged


def test_a_queued_profile_is_projected_later(
    records: list[dict[str, Any]], queue: dict[str, str], monkeypatch: pytest.MonkeyPatch, fail_for_bad: None
) -> None:
    project({"Records": records}, None)
    message = sqs_record(received(queue["failure"])[0])

    assert redrive({"Records": [message]}, None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    monkeypatch.setattr(projecting, "Projector", Projector)
    assert redrive({"Records": [message]}, None) == {"batchItemFailures": []}

    assert projected(GOOD, BAD) == [True, True]


def test_a_failure_of_the_queue_makes_the_stream_retry(
    records: list[dict[str, Any]], fail_for_bad: None, set_environment: Callable[..., None]
) -> None:
    set_environment(FAILURE_QUEUE_URL="https://sqs.eu-central-1.amazonaws.com/123456789012/none")
    with pytest.raises(Exception, match=r"^QueueDoesNotExist in "):
        project({"Records": records}, None)


@pytest.mark.moto
def test_a_batch_that_the_stream_discarded_is_read_again(
    records: list[dict[str, Any]], table: Any, queue: dict[str, str]
) -> None:
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    arn = table.meta.client.describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
    shard = boto3.client("dynamodbstreams").describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
    batch = {
        "DDBStreamBatchInfo": {
            "streamArn": arn,
            "shardId": shard["ShardId"],
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[-1],
        }
    }

    assert redrive({"Records": [sqs_record(batch)]}, None) == {"batchItemFailures": []}
    # One by one, so that a profile that kills its process affects no other.
    alone = [sqs_record(message) for message in received(queue["failure"])]
    assert len(alone) == 2
    for message in alone:
        assert redrive({"Records": [message]}, None) == {"batchItemFailures": []}

    assert projected(GOOD, BAD) == [True, True]


def sqs_record(body: dict[str, Any]) -> dict[str, Any]:
    return {"messageId": "1", "body": json.dumps(body), "eventSource": "aws:sqs"}


def test_other_items_and_expired_activities_start_no_projection(table: Any, pump: Pump) -> None:
    given: Activity = activity(GOOD)
    ProfileTable().append([given])
    pump()
    version = load_profiles([id_of(GOOD)], consistent=True)[id_of(GOOD)].version
    table.put_item(Item={"pk": "D#source", "sk": "s1"})
    (other,) = [r for r in pump.take() if r["dynamodb"]["Keys"]["pk"]["S"] == "D#source"]
    key = {"pk": {"S": f"P#{id_of(GOOD)}"}, "sk": {"S": "A#2026-11-21T12:00:00.000Z#m"}}
    expired = {"eventName": "REMOVE", "dynamodb": {"Keys": key}}

    project({"Records": [other, expired]}, None)

    assert load_profiles([id_of(GOOD)], consistent=True)[id_of(GOOD)].version == version
