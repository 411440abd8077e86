"""Prepared calls of DynamoDB: requests, retries and errors."""

import base64
import contextlib
import json
import time
import zlib
from email.utils import formatdate
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectTimeoutError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.hooks import HierarchicalEmitter

from crm.storage.connection import Connection
from crm.storage.dynamodb import DynamoDB
from crm.storage.retries import MAX_ATTEMPTS
from crm.storage.transport import Transport
from tests.support.dynamodb.service_answers import raw_response

KEY = {"pk": {"S": "P#1"}, "sk": {"S": "PROFILE"}}
CREDENTIALS = Credentials("id", "secret")
LATE = ReadTimeoutError(endpoint_url="https://x")


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def refused(code: str, status: int = 400, **more: Any) -> tuple[int, Any]:
    return status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": f"no: {code}", **more}


class Service:
    """Returns prepared responses in turn, the last one repeatedly; records requests and sleeps."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[AWSPreparedRequest] = []
        self.received: list[Any] = []

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        status, body, *headers = answer
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent_headers = {"x-amz-crc32": str(zlib.crc32(content)), **(headers[0] if headers else {})}
        return raw_response(request.url, status, content, sent_headers)

    def client(self) -> Any:
        made: Any = _session().create_client(
            "dynamodb",
            region_name="eu-central-1",
            aws_access_key_id="id",
            aws_secret_access_key="secret",
            config=Config(parameter_validation=False, user_agent="test"),
        )
        made.meta.events.register_first("before-send.dynamodb", self)
        return made

    def connection(self, credentials: Credentials | None = CREDENTIALS) -> Connection:
        events: Any = HierarchicalEmitter()
        events.register("before-send.dynamodb", self)
        events.register(
            "response-received.dynamodb", lambda **what: self.received.append(what["parsed_response"])
        )
        return Connection(
            None, events, credentials, "https://dynamodb.eu-central-1.amazonaws.com/", "eu-central-1"
        )

    def body(self, at: int = -1) -> Any:
        sent: Any = self.requests[at].body
        return json.loads(sent)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of all waits, always the longest of random pauses."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr("random.random", lambda: 1.0)
    return pauses


def calls_of(service: Service) -> DynamoDB:
    return DynamoDB(Transport(service.connection(), "test"))


def get(service: Service) -> Any:
    return calls_of(service).get_item(TableName="t", Key=KEY)


def failure_of(service: Service) -> Any:
    with pytest.raises(ClientError) as caught:
        get(service)
    return caught.value.response


def test_a_request_equals_that_of_botocore() -> None:
    item: Any = {**KEY, "doc": {"B": b"\x01\xff"}, "n": {"N": "1"}, "ż": {"S": '"'}}
    services = [Service((200, {})), Service((200, {}))]
    calls_of(services[0]).put_item(TableName="t", Item=item)
    services[1].client().put_item(TableName="t", Item=item)
    ours, botocores = [service.requests[0] for service in services]
    assert json.loads(ours.body) == json.loads(botocores.body)  # type: ignore[arg-type]
    assert (ours.method, ours.url) == (botocores.method, botocores.url)
    for name in ("x-amz-target", "content-type"):
        given = ours.headers[name], botocores.headers[name]
        assert len({text if isinstance(text, bytes) else text.encode() for text in given}) == 1, name


@pytest.mark.parametrize(
    "answer",
    [
        {"Item": {"doc": {"B": "AQI="}, "m": {"S": '"B":'}}},
        {"Attributes": {"doc": {"B": "AQI="}}},
        {"Items": [{"doc": {"B": "AQI="}}, {"n": {"N": "1"}}], "Count": 2},
        {"Responses": {"t": [{"doc": {"B": "AQI="}}]}, "UnprocessedKeys": {}},
    ],
)
def test_a_response_is_parsed_as_botocore_parses_it(answer: Any) -> None:
    botocores = Service((200, answer)).client()
    operation = "batch_get_item" if "Responses" in answer else "query" if "Items" in answer else "get_item"
    operation = "update_item" if "Attributes" in answer else operation
    asked: Any = (
        {"RequestItems": {"t": {"Keys": [KEY]}}} if operation == "batch_get_item" else {"TableName": "t"}
    )
    expected = getattr(botocores, operation)(**asked)
    del expected["ResponseMetadata"]
    assert getattr(calls_of(Service((200, answer))), operation)(**asked) == expected


def test_an_error_is_raised_as_botocore_raises_it() -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": {"doc": {"B": "AQI="}}}]
    answers = [
        refused("ConditionalCheckFailedException", Item={"doc": {"B": "AQI="}}),
        refused("TransactionCanceledException", CancellationReasons=reasons),
        refused("ValidationException"),
        (400, {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "you may not"}),
    ]
    for answer in answers:
        sent_headers = []
        for call in (calls_of(Service(answer)), Service(answer).client()):
            with pytest.raises(ClientError) as caught:
                call.transact_write_items(TransactItems=[])
            response: Any = caught.value.response
            sent_headers.append(
                (str(caught.value), {k: v for k, v in response.items() if k != "ResponseMetadata"})
            )
            assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
        ours, botocores = sent_headers
        assert ours[0] == botocores[0]
        assert ours[1]["Error"] == botocores[1]["Error"]
        assert ours[1].get("CancellationReasons") == botocores[1].get("CancellationReasons")


def test_the_item_that_failed_a_condition_is_returned() -> None:
    service = Service(refused("ConditionalCheckFailedException", Item={"doc": {"B": "AQI="}}))
    assert failure_of(service)["Item"] == {"doc": {"B": b"\x01\x02"}}


@pytest.mark.parametrize(
    ("failure", "pauses"),
    [
        (refused("InternalServerError", 500), [0.025, 0.05, 0.1]),
        ((503, b"<html>"), [0.025, 0.05, 0.1]),
        (LATE, [0.025, 0.05, 0.1]),
        (ConnectTimeoutError(endpoint_url="https://x"), [0.025, 0.05, 0.1]),
        ((200, b'{"Item'), [0.025, 0.05, 0.1]),
        ((200, {}, {"x-amz-crc32": "1"}), [0.025, 0.05, 0.1]),
        (refused("ProvisionedThroughputExceededException"), [1.0, 2.0, 4.0]),
        (refused("ThrottlingException"), [1.0, 2.0, 4.0]),
    ],
)
def test_transient_failures_are_retried_with_backoff(
    failure: Any, pauses: list[float], slept: list[float]
) -> None:
    assert get(Service(*[failure] * (MAX_ATTEMPTS - 1), (200, {"Item": KEY}))) == {"Item": KEY}
    assert slept == pauses


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (refused("InternalServerError", 500), ClientError),
        (refused("RequestLimitExceeded"), ClientError),
        ((503, b"<html>"), ClientError),
        (LATE, ReadTimeoutError),
        ((200, b'{"Item'), HTTPClientError),
        ((200, {}, {"x-amz-crc32": "1"}), ChecksumError),
    ],
)
def test_a_lasting_failure_is_raised_after_four_attempts(
    failure: Any, raised: type[Exception], slept: list[float]
) -> None:
    service = Service(failure)
    with pytest.raises(raised):
        get(service)
    assert len(service.requests) == MAX_ATTEMPTS


@pytest.mark.parametrize(
    "code", ["ValidationException", "ConditionalCheckFailedException", "TransactionCanceledException"]
)
def test_a_permanent_failure_is_not_retried(code: str, slept: list[float]) -> None:
    service = Service(refused(code))
    assert failure_of(service)["Error"] == {"Code": code, "Message": f"no: {code}"}
    assert (len(service.requests), slept) == (1, [])


def test_an_outage_exhausts_the_retry_quota_and_successes_refill_it(slept: list[float]) -> None:
    service = Service(refused("InternalServerError", 500))
    calls = calls_of(service)

    def attempts() -> int:
        before = len(service.requests)
        with contextlib.suppress(ClientError):
            calls.get_item(TableName="t", Key=KEY)
        return len(service.requests) - before

    made = [attempts() for _ in range(20)]
    assert made[:11] == [4] * 11
    assert made[13:] == [1] * 7
    service.answers = [(200, {})]
    for _ in range(14):
        attempts()
    service.answers = [refused("InternalServerError", 500)]
    assert attempts() == 2


def test_the_retry_after_header_is_respected(slept: list[float]) -> None:
    busy = refused("InternalServerError", 503)
    get(Service((*busy, {"x-amz-retry-after": "3000"}), (*busy, {"x-amz-retry-after": "90000"}), (200, {})))
    assert slept == [3.0, 5.05]


def test_retries_of_a_transaction_have_the_same_token(slept: list[float]) -> None:
    service = Service(LATE, (200, {}))
    calls = calls_of(service)
    calls.transact_write_items(TransactItems=[])
    calls.transact_write_items(TransactItems=[])
    tokens = [service.body(at)["ClientRequestToken"] for at in range(3)]
    assert tokens[0] == tokens[1] != tokens[2]


def test_a_wrong_clock_is_corrected_by_the_date_of_the_response(slept: list[float]) -> None:
    late = time.time() + 3600
    service = Service(
        (*refused("InvalidSignatureException"), {"date": formatdate(late, usegmt=True)}), (200, {})
    )
    get(service)
    dates = [request.headers["x-amz-date"] for request in service.requests]
    assert dates[1] == time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(late)) or dates[1][:11] > dates[0][:11]
    assert slept == [0.0]


def test_a_wrong_signature_fails_without_a_retry(slept: list[float]) -> None:
    service = Service((*refused("InvalidSignatureException"), {"date": formatdate(usegmt=True)}))
    assert failure_of(service)["Error"]["Code"] == "InvalidSignatureException"
    assert len(service.requests) == 1


def test_without_credentials_nothing_is_sent() -> None:
    service = Service((200, {}))
    with pytest.raises(NoCredentialsError):
        DynamoDB(Transport(service.connection(None), "test")).get_item(TableName="t", Key=KEY)
    assert service.requests == []


def test_listeners_are_called_for_every_attempt(slept: list[float]) -> None:
    service = Service(LATE, refused("InternalServerError", 500), (200, {"Item": KEY}))
    get(service)
    assert [parsed and sorted(parsed) for parsed in service.received] == [
        None,
        ["__type", "message"],
        ["Item"],
    ]


def test_half_a_surrogate_pair_is_sent_unchanged() -> None:
    service = Service((200, {}))
    calls_of(service).put_item(TableName="t", Item={**KEY, "s": {"S": "\ud83d"}, "doc": {"B": b"\x01"}})
    assert service.body()["Item"]["s"] == {"S": "\ud83d"}
    assert service.body()["Item"]["doc"] == {"B": base64.b64encode(b"\x01").decode()}


def test_header_names_are_case_insensitive() -> None:
    headers = HTTPHeaders()
    headers["X-Amz-Crc32"] = "1"
    assert headers.get("x-amz-crc32") == "1"
