"""Events that the table refuses wait in a queue; if the queue refuses them, too, the client sends them again."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from crm.storage.transport import Transport
from functions.drain_spill.app import handler
from tests.support.gateway import Client
from tests.support.template import received

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

EVENT = Path(__file__).parents[2] / "events/drain_spill.json"
MESSAGE = {"userId": "u", "event": "x", "messageId": "m", "timestamp": "2026-11-21T19:30:00Z"}


class Context:
    """Lambda's context of a function."""

    function_name = "drain_spill"


@pytest.fixture
def outage(write_key: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let each BatchWriteItem fail until the returned function is called."""
    monkeypatch.setattr("crm.storage.backoff.pause", lambda *_, **__: None)
    send = Transport.send

    def refuse(transport: Transport, operation: str, body: bytes) -> Any:
        if operation == "BatchWriteItem":
            raise ReadTimeoutError(endpoint_url="https://dynamodb")
        return send(transport, operation, body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "send", refuse)
        yield patch.undo


def stored(table: "Table") -> list[dict[str, Any]]:
    return [item for item in table.scan()["Items"] if str(item["sk"]).startswith("A#")]


def sqs_event(*bodies: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(EVENT.read_text())
    record = event["Records"][0]
    return {
        "Records": [
            record
            | {"messageId": f"message-{number}", "body": body if isinstance(body, str) else json.dumps(body)}
            for number, body in enumerate(bodies)
        ]
    }


drain = partial(handler, context=Context())  # type: ignore[arg-type]


def test_the_sample_event_is_stored_once(table: "Table") -> None:
    assert drain(json.loads(EVENT.read_text())) == {"batchItemFailures": []}
    assert drain(json.loads(EVENT.read_text())) == {"batchItemFailures": []}
    assert len(stored(table)) == 1


def test_events_are_queued_during_an_outage_of_the_table(
    client: Client, queue: dict[str, str], write_key: str, table: "Table", outage: Callable[[], None]
) -> None:
    batch = [{"type": "track", **MESSAGE}, {"type": "track"}]
    answer = client("POST", "/v1/batch", {"writeKey": write_key, "batch": batch})
    assert (answer.status, answer.body["accepted"], len(answer.body["rejected"])) == (200, 1, 1)
    assert not stored(table)
    spilled = received(queue["spill"])
    failures = drain(sqs_event(*spilled))["batchItemFailures"]
    assert failures == [{"itemIdentifier": "message-0"}], "it comes again until the table takes it"
    outage()
    assert drain(sqs_event(*spilled)) == {"batchItemFailures": []}
    assert len(stored(table)) == 1
    assert len([item for item in table.scan()["Items"] if str(item["pk"]).startswith("X#")]) == 1


def test_an_outage_of_table_and_queue_returns_503(
    client: Client, write_key: str, table: "Table", outage: Callable[[], None]
) -> None:
    answer = client("POST", "/v1/track", MESSAGE | {"writeKey": write_key})
    assert (answer.status, answer.body["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.moto
def test_a_message_without_a_time_is_not_queued(
    client: Client, queue: dict[str, str], write_key: str, table: "Table"
) -> None:
    client("POST", "/v1/track", MESSAGE | {"writeKey": write_key})
    table.delete()
    message = {"userId": "u", "event": "x", "messageId": "m", "writeKey": write_key}
    answer = client("POST", "/v1/track", message)
    assert (answer.status, answer.body["code"]) == (503, "unavailable")


@pytest.mark.moto
def test_a_failed_lookup_of_a_source_returns_503(client: Client, write_key: str, table: "Table") -> None:
    table.delete()
    answer = client("POST", "/v1/track", MESSAGE | {"writeKey": write_key})
    assert (answer.status, answer.body["code"]) == (503, "unavailable")


def test_an_invalid_message_does_not_block_the_others(table: "Table") -> None:
    good = json.loads(json.loads(EVENT.read_text())["Records"][0]["body"])
    failures = drain(sqs_event("no json", good))["batchItemFailures"]
    assert failures == [{"itemIdentifier": "message-0"}]
    assert len(stored(table)) == 1
