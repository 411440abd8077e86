"""The tracking API through the real handler, on the table."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.times import iso
from functions.track_events.app import handler
from tests.support.gateway import Client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

EVENTS = Path(__file__).parents[2] / "events"
SAMPLE_KEY = "wk_AAAAAAAAAAAAAAAAAAAAAA"
TRACK = {"userId": "u-1", "event": "x", "messageId": "m-1", "timestamp": "2026-11-21T19:30:00Z"}


def activities(table: "Table") -> list[dict[str, Any]]:
    return [item for item in table.scan()["Items"] if str(item["sk"]).startswith("A#")]


def rejected(table: "Table") -> list[dict[str, Any]]:
    return [item for item in table.scan()["Items"] if str(item["pk"]).startswith("X#")]


def sample(name: str, write_key: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text().replace(SAMPLE_KEY, write_key))
    event["headers"] |= {"authorization": basic(write_key)} if "authorization" in event["headers"] else {}
    return event


def basic(write_key: str) -> str:
    return "Basic " + base64.b64encode(f"{write_key}:".encode()).decode()


@pytest.mark.parametrize(
    ("name", "accepted", "rejected_codes"),
    [
        ("track_events_page", 1, []),
        ("track_events_identify", 1, []),
        ("track_events_batch", 2, ["missing_event"]),
        ("track_events_gzip", 1, []),
        ("track_events_beacon", 1, []),
        ("track_events_june", 1, []),
        ("track_events_dittofeed", 1, []),
        ("track_events_jitsu", 1, []),
    ],
)
def test_sample_events_of_every_client_are_stored_once(
    table: "Table", write_key: str, name: str, accepted: int, rejected_codes: list[str]
) -> None:
    for _ in range(2):
        answer = handler(sample(name, write_key), None)
        body = json.loads(answer["body"])
        assert (answer["statusCode"], body["success"], body["accepted"]) == (200, True, accepted)
        assert [message["code"] for message in body["rejected"]] == rejected_codes
    assert len(activities(table)) == accepted


@pytest.mark.parametrize(
    "spelling", ["identify", "i", "track", "t", "page", "p", "screen", "s", "group", "g", "alias", "a"]
)
def test_every_event_type_has_a_long_and_a_short_path(
    client: Client, write_key: str, table: "Table", spelling: str
) -> None:
    message = TRACK | {"writeKey": write_key, "groupId": "g", "previousId": "a-1"}
    assert client("POST", f"/v1/{spelling}", message).status == 200
    assert activities(table)[0]["ty"].startswith(spelling)


@pytest.mark.parametrize("path", ["/v1/click", "/v1/Track", "/v1/tracks"])
def test_an_unknown_event_type_is_not_found(client: Client, write_key: str, path: str) -> None:
    answer = client("POST", path, TRACK | {"writeKey": write_key})
    assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert answer.body.keys() == {"code", "message", "details"}


def test_the_context_of_a_batch_is_the_default_of_its_messages(
    client: Client, write_key: str, table: "Table"
) -> None:
    batch = [{"type": "track", **TRACK, "context": {"ip": "x", "campaign": {"name": "own"}}}]
    client(
        "POST",
        "/v1/batch",
        {"writeKey": write_key, "batch": batch, "context": {"campaign": {"name": "batch"}, "groupId": "g"}},
    )
    assert json.loads(str(activities(table)[0]["d"]))["c"]["campaign"] == {"name": "own"}
    assert json.loads(str(activities(table)[0]["d"]))["c"]["groupId"] == "g"


def test_valid_messages_of_a_batch_are_stored(client: Client, write_key: str, table: "Table") -> None:
    batch = [{"type": "track", **TRACK}, 7, {"type": "page"}, {"type": "nope", "userId": "u"}]
    answer = client("POST", "/v1/batch", {"writeKey": write_key, "batch": batch})
    assert (answer.status, answer.body["accepted"]) == (200, 1)
    assert [(bad["index"], bad["code"]) for bad in answer.body["rejected"]] == [
        (1, "invalid_message"),
        (2, "no_identity"),
        (3, "invalid_type"),
    ]
    assert len(rejected(table)) == 3


def test_a_batch_of_invalid_messages_is_accepted(client: Client, write_key: str, table: "Table") -> None:
    answer = client("POST", "/v1/batch", {"writeKey": write_key, "batch": [{}, []]})
    assert (answer.status, answer.body["accepted"], len(answer.body["rejected"])) == (200, 0, 2)
    assert len(rejected(table)) == 2


def test_a_hundred_messages_are_written(client: Client, write_key: str, table: "Table") -> None:
    batch = [{"type": "track", **TRACK, "messageId": f"m-{number}"} for number in range(100)]
    answer = client("POST", "/v1/batch", {"writeKey": write_key, "batch": batch + batch})
    assert answer.body["accepted"] == 200
    assert len(activities(table)) == 100


def test_a_message_without_a_time_keeps_the_time_of_its_first_delivery(
    client: Client, write_key: str, table: "Table"
) -> None:
    for attempt in ("2026-11-21T19:30:00Z", "2026-11-21T19:31:00Z"):
        message = {"userId": "u", "event": "x", "messageId": "m", "sentAt": attempt, "writeKey": write_key}
        assert client("POST", "/v1/track", message).status == 200
    assert len(activities(table)) == 1


def test_retention_and_ip_storage_are_configurable(
    client: Client, write_key: str, table: "Table", set_environment: Callable[..., None]
) -> None:
    set_environment(RETENTION_DAYS="10", STORE_IP="true")
    client("POST", "/v1/t", TRACK | {"writeKey": write_key, "timestamp": 1_000_000})
    item = activities(table)[0]
    assert item["expires_at"] == 1_000_000 + 864_000
    assert json.loads(str(item["d"]))["c"]["environment"]["ip"] == "203.0.113.7"


@pytest.mark.parametrize(
    ("sent", "year"), [("true", "2019"), ("True ", "2019"), ("false", None), (None, None)]
)
def test_a_backfill_keeps_the_times_of_archived_events(
    client: Client, write_key: str, table: "Table", sent: str | None, year: str | None
) -> None:
    old = TRACK | {"type": "track", "timestamp": "2019-03-01T10:00:00Z", "sentAt": "2019-03-01T10:00:02Z"}
    body = {"batch": [old], "writeKey": write_key, "sentAt": "2019-03-01T10:00:02Z"}
    for _ in range(2):
        assert client("POST", "/v1/batch", body, headers={"X-Backfill": sent} if sent else {}).status == 200
    stored = activities(table)
    assert len(stored) == 1
    assert iso(int(stored[0]["o"])).startswith("2019-03-01T10:00:00.000Z") is (year is not None)


def test_events_of_bots_are_dropped_if_configured(
    client: Client, write_key: str, table: "Table", set_environment: Callable[..., None]
) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0"
    of_bot = TRACK | {"type": "track", "messageId": "m-bot", "context": {"userAgent": agent}}
    batch = {"batch": [TRACK | {"type": "track"}, of_bot, {"type": "track"}], "writeKey": write_key}
    assert "left_out" not in client("POST", "/v1/batch", batch).body
    assert len(activities(table)) == 2, "they are kept unless it does"
    set_environment(BOT_EVENTS="drop")
    answer = client(
        "POST", "/v1/batch", batch | {"batch": [of_bot | {"messageId": "m-2"}, {"type": "track"}]}
    ).body
    assert (answer["accepted"], answer["left_out"]) == (0, 1)
    assert [bad["index"] for bad in answer["rejected"]] == [1]
    alone = client("POST", "/v1/track", of_bot | {"messageId": "m-3", "writeKey": write_key})
    assert (alone.status, alone.body) == (
        200,
        {"success": True, "accepted": 0, "rejected": [], "left_out": 1},
    )
    assert len(activities(table)) == 2
