"""Batch writes: after throttles, partial writes and lost connections, each item is stored or returned to the caller."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.hooks import HierarchicalEmitter

from crm.storage.batch_put import BATCH_TIMEOUT_S, BatchPut, Put, distinct, prepare_put, raw_put
from crm.storage.connection import Connection
from crm.storage.signature import RequestSigner
from crm.storage.spill import MAX_SQS_MESSAGE_BYTES, pack, unpack
from crm.storage.transport import Transport

TABLE = "crm-test"
THROTTLE = (400, {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"})
DONE: tuple[int, Any] = (200, {"UnprocessedItems": {}})


class _Raw:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


class Service:
    """DynamoDB's wire interface: returns prepared responses in turn, and records the requests."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[list[dict[str, Any]]] = []

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        self.calls.append(json.loads(request.body)["RequestItems"][TABLE])
        answer = self.answers.pop(0) if self.answers else DONE
        if isinstance(answer, BaseException):
            raise answer
        if callable(answer):
            answer = answer(self.calls[-1])
        status, body = answer
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers: Any = {}
        return AWSResponse(request.url, status, headers, _Raw(content))


def leave(count: int) -> Callable[[list[dict[str, Any]]], tuple[int, Any]]:
    """Return a response that processes all but the last items."""
    return lambda requests: (200, {"UnprocessedItems": {TABLE: requests[-count:]}})


def writer(service: Service) -> tuple[BatchPut, list[float]]:
    events: Any = HierarchicalEmitter()
    events.register("before-send.dynamodb", service)
    connection = Connection(
        None, events, Credentials("id", "secret"), "https://dynamodb.example/", "eu-central-1"
    )
    transport = Transport(connection, "test")
    slept: list[float] = []
    batch = BatchPut(transport, TABLE, sleep=slept.append, clock=lambda: sum(slept), jitter=lambda: 1.0)
    return batch, slept


def items(count: int) -> list[Put]:
    return [
        prepare_put("P#1", f"A#{number:04d}", {"p": 'ż"\x00', "n": number, "raw": b"\x01"})
        for number in range(count)
    ]


def test_items_are_written_25_a_call_as_dynamodb_reads_them() -> None:
    service = Service()
    batch, slept = writer(service)
    assert batch.write(items(60)) == []
    assert [len(call) for call in service.calls] == [25, 25, 10]
    assert service.calls[0][0]["PutRequest"]["Item"] == {
        "pk": {"S": "P#1"},
        "sk": {"S": "A#0000"},
        "p": {"S": 'ż"\x00'},
        "n": {"N": "0"},
        "raw": {"B": "AQ=="},
    }
    assert not slept


def test_unprocessed_items_are_written_again() -> None:
    service = Service(leave(3), leave(1))
    batch, slept = writer(service)
    assert batch.write(items(10)) == []
    assert [len(call) for call in service.calls] == [10, 3, 1]
    assert slept == [0.1, 0.2]


@pytest.mark.parametrize(
    "failure",
    [
        THROTTLE,
        (500, {"__type": "InternalServerError"}),
        (503, b"<html>"),
        (400, {"__type": "x#RequestLimitExceeded"}),
        ReadTimeoutError(endpoint_url="https://x"),
    ],
)
def test_failures_are_retried_and_then_returned_to_the_caller(failure: Any) -> None:
    batch, _ = writer(Service(failure))
    assert batch.write(items(2)) == []
    service = Service(*[failure] * 100)
    batch, slept = writer(service)
    assert batch.write(items(30)) == items(30)
    assert sum(slept) <= BATCH_TIMEOUT_S + 1
    assert len(service.calls) == 8


def test_retries_end_before_the_client_times_out() -> None:
    service = Service(*[THROTTLE] * 1000)
    batch, slept = writer(service)
    assert len(batch.write(items(500))) == 500
    assert sum(slept) <= BATCH_TIMEOUT_S + 1


def test_a_validation_error_is_raised() -> None:
    batch, _ = writer(
        Service((400, {"__type": "com.amazon.coral.validate#ValidationException", "message": "no"}))
    )
    with pytest.raises(ClientError):
        batch.write(items(1))


def test_duplicate_items_of_a_batch_are_written_once() -> None:
    twice = [
        prepare_put("P", "A", {"n": 1}),
        prepare_put("P", "B", {"n": 1}),
        prepare_put("P", "A", {"n": 2}),
    ]
    assert [(one.sk, b'"2"' in one.item) for one in distinct(twice)] == [("A", True), ("B", False)]


def test_spilled_items_are_unpacked_unchanged() -> None:
    spilled = [prepare_put("P#1", f"A#{number}", {"p": "x" * 30_000}) for number in range(20)]
    bodies = list(pack(spilled))
    assert len(bodies) > 1
    assert all(len(body) <= MAX_SQS_MESSAGE_BYTES + 100 for body in bodies)
    assert all(body.isascii() for body in bodies)
    assert [one for body in bodies for one in unpack(body)] == spilled
    assert raw_put(json.loads(items(1)[0].item)) == items(1)[0]


@pytest.mark.parametrize("token", [None, "session-token"])
@pytest.mark.parametrize("url", ["https://dynamodb.eu-central-1.amazonaws.com/", "http://127.0.0.1:4566/"])
def test_the_signature_equals_that_of_botocore(token: str | None, url: str) -> None:
    credentials = Credentials("AKID", "secret", token)
    signer = RequestSigner(credentials, url=url, region="eu-central-1", service="dynamodb")
    ours = signer.headers(b"body", "DynamoDB_20120810.BatchWriteItem")
    request = AWSRequest("POST", url, headers={"X-Amz-Target": ours["x-amz-target"]}, data=b"body")
    auth: Any = SigV4Auth(credentials, "dynamodb", "eu-central-1")
    request.context["timestamp"] = ours["x-amz-date"]
    auth._modify_request_before_signing(request)
    signed = AWSRequest(
        "POST", url, headers={**dict(request.headers), "X-Amz-Date": ours["x-amz-date"]}, data=b"body"
    )
    signed.context["timestamp"] = ours["x-amz-date"]
    signature = auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed)
    assert ours["authorization"].endswith(f"Signature={signature}")
