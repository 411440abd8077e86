"""The newest events of a source: shown soon after they arrive, with rejected ones, and read without a scan."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.activity import RESENT
from crm.domain.source import Source
from crm.services.access import sources
from crm.services.projection.arrivals import NOTED_AT_ONCE, WRITE_INTERVAL_MS, WRITES_AT_ONCE, ArrivalLog
from crm.storage import arrivals
from tests.support.gateway import Answer, Client
from tests.support.stream import Pump

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(client: Client, api_key: Callable[..., str], source: Source) -> Read:
    """Return `read("rejected:read")`, which returns the newest events for a key with these further scopes."""

    def newest(*scopes: str, **query: Any) -> dict[str, Any]:
        key = api_key("sources:read", "profiles:read", *scopes)
        answer = client("GET", f"/v1/sources/{source.id}/events", key=key, query=query)
        assert answer.status == 200, answer
        return dict(answer.body)

    return newest


def names(page: dict[str, Any]) -> list[str]:
    return [event["name"] for event in page["events"]]


def test_events_are_shown_with_their_content_and_customer(send: Callable[..., None], read: Read) -> None:
    send("track", anonymousId="b-1", event="Seen", messageId="m-1", properties={"sku": "A-1"})
    send("identify", userId="u-1", anonymousId="b-1", messageId="m-2")
    page = read()
    identify, seen = page["events"]
    assert (seen["id"], seen["name"], seen["properties"], seen["source_name"]) == (
        "m-1",
        "Seen",
        {"sku": "A-1"},
        "Shop",
    )
    assert identify["type"] == "identify"
    assert page["customers"][seen["profile_id"]] == page["customers"][identify["profile_id"]]
    assert page["rejected"] is None


def test_events_are_ordered_by_time_of_receipt(send: Callable[..., None], read: Read) -> None:
    send("track", userId="u-1", event="Now")
    time.sleep(0.002)
    send("track", userId="u-1", event="Offline", timestamp="2026-01-02T03:04:05.000Z")
    assert names(read()) == ["Offline", "Now"]


def test_a_message_that_is_sent_again_is_shown_once(send: Callable[..., None], read: Read) -> None:
    for _ in range(3):
        send("track", userId="u-1", event="Seen", messageId="m-1", timestamp="2026-01-02T03:04:05.000Z")
    assert names(read()) == ["Seen"]


def test_events_of_other_sources_are_not_shown(
    client: Client, send: Callable[..., None], pump: Pump, read: Read
) -> None:
    other = sources.create(name="App", kind="mobile", now=0)
    client("POST", "/v1/track", {"userId": "u-1", "event": "Elsewhere", "writeKey": other.write_key})
    send("track", userId="u-1", event="Here")
    assert names(read()) == ["Here"]


def test_rejected_events_are_shown_to_keys_that_may_read_them(
    client: Client, write_key: str, read: Read, send: Callable[..., None]
) -> None:
    client("POST", "/v1/track", {"writeKey": write_key, "userId": "u-1", "event": ""})
    send("track", userId="u-1", event="Seen")
    page = read("rejected:read")
    assert names(page) == ["Seen"]
    assert [one["content"]["userId"] for one in page["rejected"]] == ["u-1"]


def test_the_number_of_events_is_limited(client: Client, write_key: str, pump: Pump, read: Read) -> None:
    batch = [
        {"type": "track", "userId": "u-1", "event": f"E{n}", "timestamp": f"2026-01-02T03:04:{n:02}Z"}
        for n in range(30)
    ]
    client("POST", "/v1/batch", {"writeKey": write_key, "batch": batch})
    pump()
    assert len(read(limit=50)["events"]) == NOTED_AT_ONCE
    assert len(read(limit=5)["events"]) == 5


def test_events_of_customers_without_processing_consent_are_hidden(
    send: Callable[..., None], read: Read, set_environment: Callable[..., None]
) -> None:
    send("track", userId="u-1", event="Seen")
    set_environment(PROCESSING_CONSENT_REQUIRED="true")
    page = read()
    assert (page["events"], page["customers"]) == ([], {})


def test_events_of_a_deleted_customer_are_not_shown(
    client: Client, api_key: Callable[..., str], send: Callable[..., None], read: Read
) -> None:
    send("track", userId="u-1", event="Seen")
    (event,) = read()["events"]
    client("DELETE", f"/v1/profiles/{event['profile_id']}", key=api_key())
    assert read()["events"] == []


def test_an_unknown_source_is_not_found(client: Client, api_key: Callable[..., str]) -> None:
    answer: Answer = client("GET", "/v1/sources/src_000000000000/events", key=api_key())
    assert answer.status == 404


class TestWrites:
    """An event needs no separate write: `events` are stored in batches, each a record of the stream."""

    def note(self, log: ArrivalLog, event: int, type_: str = "track") -> None:
        image = {"so": {"S": "src_0123456789ab"}, "ty": {"S": type_}}
        keys = {"pk": {"S": "P#x"}, "sk": {"S": f"A#2026-01-02T03:04:05.{event % 1000:03}Z#m"}}
        log.note([{"eventName": "INSERT", "dynamodb": {"Keys": keys, "NewImage": image}}])

    def items(self, table: "Table") -> list[list[Any]]:
        found = table.scan()["Items"]
        return [json.loads(str(item["events"])) for item in sorted(found, key=lambda item: str(item["sk"]))]

    def test_writes_of_a_busy_source_are_batched(self, table: "Table") -> None:
        clock = [1_795_289_400_000]
        log = ArrivalLog(now=lambda: clock[0])
        for event in range(1000):
            clock[0] += 10
            self.note(log, event)
        written = self.items(table)
        assert WRITES_AT_ONCE <= len(written) <= WRITES_AT_ONCE + 10_000 // WRITE_INTERVAL_MS
        assert [len(one) for one in written[:WRITES_AT_ONCE]] == [1] * WRITES_AT_ONCE
        assert max(map(len, written)) == NOTED_AT_ONCE

    def test_internal_marks_are_not_shown_as_events(self, table: "Table") -> None:
        self.note(ArrivalLog(), 1, RESENT)
        assert self.items(table) == []

    def test_a_failed_write_raises_nothing(self, table: "Table", monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise RuntimeError("the table is away")

        monkeypatch.setattr(arrivals, "add", broken)
        self.note(ArrivalLog(), 1)
        assert self.items(table) == []
