"""Calls that memory answers directly have the same responses as calls through botocore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from botocore.response import StreamingBody

from crm.storage import bucket, connection, event_bus, message_queue
from crm.storage.client import transport
from crm.storage.prepared_calls import PreparedCalls
from tests.support.stage import TABLE
from tests.support.wire import THROTTLED, Wire
from tests.support.wired_deployment import QUEUES, Clock, empty, wired

QUEUE = f"{QUEUES}/jobs"
FILES = {"a/1 é&<.csv": b"one", "a/2.csv": b"", "b/3.csv": bytes(range(256)) * 40}
PLACE: Any = {"Bucket": "crm", "Key": "b/3.csv"}
NOWHERE: Any = {"Bucket": "crm", "Key": "b/4.csv"}
ITEM = {"pk": {"S": "P#1"}, "sk": {"S": "PROFILE"}, "v": {"N": "1"}, "doc": {"B": b"\x00\xff"}}
KEY = {"pk": ITEM["pk"], "sk": ITEM["sk"]}
NEW = {"ConditionExpression": "attribute_not_exists(pk)"}
OLD_ONE = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
PUT: Any = {"TableName": TABLE, "Item": ITEM}


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with wired(Clock(1_795_255_200_000)) as plugged:
        yield plugged


def s3(operation: str, **parameters: Any) -> Callable[[], Any]:
    return lambda: getattr(bucket.s3(), operation)(**parameters)


def sqs(operation: str, **parameters: Any) -> Callable[[], Any]:
    return lambda: getattr(message_queue.sqs(), operation)(QueueUrl=QUEUE, **parameters)


def client(operation: str, **parameters: Any) -> Callable[[], Any]:
    """A client that calls as PynamoDB does."""
    return lambda: getattr(connection.botocore_client(), operation)(**parameters)


def prepared(operation: str, **parameters: Any) -> Callable[[], Any]:
    return lambda: PreparedCalls(transport()).call(operation, parameters)


def upload() -> Any:
    """Upload a file in two parts, in reverse order."""
    begun = bucket.s3().create_multipart_upload(**NOWHERE)
    place: Any = {**NOWHERE, "UploadId": begun["UploadId"]}
    tags = [bucket.s3().upload_part(**place, PartNumber=n, Body=b"%d" % n)["ETag"] for n in (2, 1)]
    parts: Any = [{"PartNumber": n, "ETag": tag} for n, tag in zip((1, 2), reversed(tags), strict=True)]
    bucket.s3().complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
    return tags, bucket.read_range(NOWHERE["Key"])


CALLS: dict[str, Callable[[], Any]] = {
    "a file's head": s3("head_object", **PLACE),
    "the head of no file": s3("head_object", **NOWHERE),
    "a whole file": s3("get_object", **PLACE),
    "an empty file": s3("get_object", Bucket="crm", Key="a/2.csv"),
    "a range": s3("get_object", **PLACE, Range="bytes=3-9"),
    "a range to the end": s3("get_object", **PLACE, Range="bytes=9000-"),
    "a range behind the end": s3("get_object", **PLACE, Range="bytes=99999-"),
    "no file": s3("get_object", **NOWHERE),
    "a file as it was": s3("get_object", **PLACE, IfMatch='"0"'),
    "a list": s3("list_objects_v2", Bucket="crm", Prefix="a/"),
    "an empty list": s3("list_objects_v2", Bucket="crm", Prefix="c/"),
    "a file that is written": s3("put_object", **NOWHERE, Body=b"new"),
    "files that are deleted": s3(
        "delete_objects", Bucket="crm", Delete={"Objects": [{"Key": key} for key in FILES], "Quiet": True}
    ),
    "an invalid call of S3": s3("get_object", Bucket="crm", Key=5),
    "an upload": upload,
    "an upload that is given up": s3("abort_multipart_upload", **NOWHERE, UploadId="u"),
    "a message": sqs("send_message", MessageBody="m"),
    "messages": sqs("send_message_batch", Entries=[{"Id": "0", "MessageBody": "m"}]),
    "a message that is put off": sqs("change_message_visibility", ReceiptHandle="r", VisibilityTimeout=5),
    "a queue's length": sqs("get_queue_attributes", AttributeNames=["ApproximateNumberOfMessages"]),
    "an event": lambda: event_bus._events().call("PutEvents", {"Entries": [{"Detail": "{}"}]}),
}
CALLS_OF_THE_TABLE: dict[str, tuple[str, Any]] = {
    "an item": ("GetItem", {"Key": KEY}),
    "no item": ("GetItem", {"Key": KEY | {"sk": {"S": "NONE"}}}),
    "items": (
        "Query",
        {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": ITEM["pk"]}},
    ),
    "an item that is put": ("PutItem", {"Item": ITEM | {"doc": {"B": b"\x01"}}}),
    "a condition that fails": ("PutItem", {"Item": ITEM, **NEW, **OLD_ONE}),
    "an invalid call": ("GetItem", {"Key": {"pk": ITEM["pk"]}}),
}
for name, (operation, parameters) in CALLS_OF_THE_TABLE.items():
    CALLS[f"{name}, by botocore"] = client(xform_name(operation), TableName=TABLE, **parameters)
    CALLS[f"{name}, prepared"] = prepared(operation, TableName=TABLE, **parameters)
TRANSACTION: Any = {
    "TransactItems": [
        {"Put": PUT | NEW | OLD_ONE},
        {"Put": {"TableName": TABLE, "Item": ITEM | {"sk": {"S": "OTHER"}}}},
    ],
    "ClientRequestToken": "token",
}
CALLS["a transaction, by botocore"] = client("transact_write_items", **TRANSACTION)
CALLS["a transaction, prepared"] = prepared("TransactWriteItems", **TRANSACTION)


def shown(call: Callable[[], Any]) -> Any:
    """Return the caller's view of a response, without data that only a network adds."""
    try:
        answer = call()
    except ClientError as error:
        return type(error).__name__, str(error), _lasting(error.response)
    except ParamValidationError as error:
        return type(error).__name__, str(error)
    return _lasting(answer)


def _lasting(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: _lasting(value) for name, value in answer.items() if name not in _NETWORK_FIELDS}
    return answer.read() if isinstance(answer, StreamingBody) else answer


_NETWORK_FIELDS = ("HTTPHeaders", "RetryAttempts", "RequestId", "HostId")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_direct_call_answers_as_botocore_does(
    wire: Wire, call: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    short = seen(wire, call)
    monkeypatch.setattr(Wire, "serves", lambda *_: False)
    assert seen(wire, call) == short


def seen(wire: Wire, call: Callable[[], Any]) -> tuple[Any, ...]:
    """Return the responses, the numbered calls, and the data afterwards."""
    wire.start(empty(), {"jobs": ["waiting"]}, {}, FILES)
    prepared("PutItem", **PUT)()
    with wire.watched():
        answer = shown(call)
    return answer, wire.calls, wire.store.tables[TABLE].items, wire.queues, wire.events, wire.bucket.files


FAULTED: dict[str, Callable[[], Any]] = {
    name: CALLS[name] for name in ("a list", "a message", "an item, prepared")
}


@pytest.mark.parametrize("call", FAULTED.values(), ids=FAULTED)
def test_a_throttled_call_is_retried(wire: Wire, call: Callable[[], Any]) -> None:
    calm = seen(wire, call)
    wire.start(empty(), {"jobs": ["waiting"]}, {0: THROTTLED}, FILES)
    prepared("PutItem", **PUT)()
    with wire.watched():
        assert shown(call) == calm[0]
    assert wire.calls == calm[1] * 2


@pytest.mark.parametrize("name", ["an item, by botocore", "a transaction, by botocore"])
def test_calls_of_pynamodb_are_answered_directly(
    wire: Wire, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.Endpoint.make_request", None)
    seen(wire, CALLS[name])
