"""The event bus: prepared, signed calls with the content and the retries of botocore's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.hooks import HierarchicalEmitter

from crm.storage import connection, event_bus
from crm.storage.event_bus import put_events
from tests.support.dynamodb.service_answers import raw_response

pytestmark = pytest.mark.usefixtures("deployed")

ENTRY = {"Source": "customer-data", "DetailType": "Profile Created", "Detail": '{"name":"Ä"}'}
TAKEN = (200, {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})


class Bus:
    """Returns prepared responses in turn, the last one repeatedly."""

    def __init__(self) -> None:
        self.answers: list[Any] = [TAKEN]
        self.requests: list[AWSPreparedRequest] = []

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return raw_response(request.url, status, json.dumps(body).encode(), {})

    def entries(self, at: int) -> list[Any]:
        sent: Any = self.requests[at].body
        return list(json.loads(sent)["Entries"])


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    made = Bus()
    events: Any = HierarchicalEmitter()
    events.register("before-send.eventbridge.PutEvents", made)
    credentials = Credentials("id", "secret")
    monkeypatch.setattr(
        connection,
        "connection",
        lambda service: connection.Connection(
            None,
            events,
            credentials,
            "https://events.eu-central-1.amazonaws.com/",
            "eu-central-1",
            service,
        ),
    )
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    event_bus._events.cache_clear()
    yield made
    event_bus._events.cache_clear()


def by_botocore(entries: list[Any], bus: Callable[..., AWSResponse]) -> None:
    client: Any = botocore.session.get_session().create_client(
        "events", region_name="eu-central-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )
    client.meta.events.register_first("before-send.eventbridge", bus)
    client.put_events(Entries=entries)


def test_a_request_equals_that_of_botocore(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_795_262_400.0)
    put_events([ENTRY])
    by_botocore(bus.entries(0), bus)
    ours, theirs = bus.requests
    assert bus.entries(0) == bus.entries(1)
    assert bus.entries(0)[0]["Detail"] == ENTRY["Detail"]
    assert ours.url == theirs.url
    for name in ("content-type", "x-amz-target"):
        sent_headers: Any = theirs.headers[name]
        assert ours.headers[name] == (
            sent_headers.decode() if isinstance(sent_headers, bytes) else sent_headers
        )
    assert "/eu-central-1/events/aws4_request" in ours.headers["authorization"]


def test_events_are_sent_in_requests_of_ten(bus: Bus) -> None:
    put_events([ENTRY] * 23)
    assert [len(bus.entries(at)) for at in range(3)] == [10, 10, 3]


@pytest.mark.parametrize(
    "failure",
    [
        (400, {"__type": "com.amazonaws.events#ThrottlingException", "message": "slow down"}),
        (500, {"__type": "InternalException"}),
        ReadTimeoutError(endpoint_url="https://events"),
    ],
)
def test_transient_failures_are_retried(bus: Bus, failure: Any) -> None:
    bus.answers = [failure, failure, TAKEN]
    put_events([ENTRY])
    assert len(bus.requests) == 3


def test_refused_events_raise_an_error(bus: Bus) -> None:
    bus.answers = [(400, {"__type": "com.amazonaws.events#AccessDeniedException", "message": "no"})]
    with pytest.raises(ClientError, match="AccessDeniedException"):
        put_events([ENTRY])
    bus.answers = [(200, {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "x"}]})]
    with pytest.raises(RuntimeError, match="refused 1 events"):
        put_events([ENTRY])
