"""Rejected input: read, and replayed after its cause is fixed."""

import gzip
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crm.domain.times import iso
from crm.services.tracking import rejected_input as service
from tests.support.gateway import Answer, Client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

WITHOUT_IDENTITY: dict[str, Any] = {
    "event": "x",
    "context": {"externalIds": [{"type": "loyalty", "id": "L-1"}]},
}


def reject(client: Client, write_key: str, message: Any = None, type_: str = "track") -> str:
    answer = client("POST", f"/v1/{type_}", message or WITHOUT_IDENTITY, query={"writeKey": write_key})
    assert answer.status == 400
    rejected_id: str = answer.body["details"]["rejected_id"]
    return rejected_id


@pytest.fixture
def read(client: Client, api_key: Callable[..., str]) -> Callable[..., Answer]:
    key = api_key("rejected:read")
    return lambda **query: client("GET", "/v1/rejected", key=key, query=query)


@pytest.fixture
def replay(client: Client, api_key: Callable[..., str]) -> Callable[[str], Answer]:
    key = api_key("rejected:read", "rejected:write")
    return lambda rejected_id: client("POST", f"/v1/rejected/{rejected_id}/replay", key=key)


def today() -> str:
    return iso(time.time_ns() // 1_000_000)[:10]


def test_a_rejected_message_is_listed_with_its_reason(
    client: Client, write_key: str, read: Callable[..., Answer]
) -> None:
    rejected_id = reject(client, write_key)
    page = read(day=today()).body
    assert page["next_cursor"] is None
    found = page["rejected"][0]
    assert (found["id"], found["code"], found["type"], found["index"]) == (
        rejected_id,
        "no_identity",
        "track",
        0,
    )
    assert found["content"] == WITHOUT_IDENTITY
    assert found["received_at"].startswith(today())
    assert read().body == page, "the day is today unless it is said"
    assert read(day="2020-01-01").body == {"rejected": [], "next_cursor": None, "totals": []}


def test_pages_are_complete_and_newest_first(
    client: Client, write_key: str, read: Callable[..., Answer]
) -> None:
    batch = [{"type": "track", "number": number} for number in range(23)]
    client("POST", "/v1/batch", {"batch": batch}, query={"writeKey": write_key})
    time.sleep(0.002)
    last = reject(client, write_key)
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = read(limit=5, **cursor).body
        seen += page["rejected"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen[0]["id"] == last
    assert sorted(found["content"].get("number", -1) for found in seen) == list(range(-1, 23))
    times = [found["received_at"] for found in seen]
    assert times == sorted(times, reverse=True)


def test_a_message_that_is_valid_now_is_accepted_by_a_replay(
    client: Client,
    write_key: str,
    read: Callable[..., Answer],
    replay: Callable[[str], Answer],
    table: "Table",
    set_environment: Callable[..., None],
) -> None:
    rejected_id = reject(client, write_key)
    received_at = read().body["rejected"][0]["received_at"]
    set_environment(CUSTOM_IDENTITY_TYPES="loyalty")
    time.sleep(0.005)
    answer = replay(rejected_id)
    assert (answer.status, answer.body) == (200, {"success": True, "accepted": 1, "rejected": []})
    activity = next(item for item in table.scan()["Items"] if str(item["sk"]).startswith("A#"))
    assert iso(int(str(activity["r"]))) == received_at
    assert (activity["k"], str(activity["sk"])[-2:]) == ("w", "#p")  # of the rank of the source that sent it
    assert read().body["rejected"] == []
    assert replay(rejected_id).status == 404


@pytest.fixture
def correct(client: Client, api_key: Callable[..., str]) -> Callable[[str, Any], Answer]:
    key = api_key("rejected:read", "rejected:write", "profiles:write")
    return lambda rejected_id, content: client(
        "POST", f"/v1/rejected/{rejected_id}/replay", {"content": content}, key=key
    )


def test_a_corrected_message_keeps_its_time_of_receipt(
    client: Client,
    write_key: str,
    read: Callable[..., Answer],
    correct: Callable[[str, Any], Answer],
    table: "Table",
) -> None:
    rejected_id = reject(client, write_key)
    received_at = read().body["rejected"][0]["received_at"]
    time.sleep(0.005)
    answer = correct(rejected_id, WITHOUT_IDENTITY | {"userId": "ada"})
    assert (answer.status, answer.body) == (200, {"success": True, "accepted": 1, "rejected": []})
    activity = next(item for item in table.scan()["Items"] if str(item["sk"]).startswith("A#"))
    assert iso(int(str(activity["r"]))) == received_at
    assert (activity["k"], str(activity["sk"])[-2:]) == ("w", "#p")  # of the rank of the source that sent it
    assert read().body["rejected"] == []
    assert correct(rejected_id, WITHOUT_IDENTITY | {"userId": "ada"}).status == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, "no_identity"),
        (WITHOUT_IDENTITY, "no_identity"),
        ({"event": "x" * 500_000, "userId": "ada"}, "too_large"),
        ([], "invalid_request"),
        ("{}", "invalid_request"),
    ],
    ids=["empty", "unchanged", "large", "a list", "a text"],
)
def test_an_invalid_correction_does_not_change_the_input(
    client: Client,
    write_key: str,
    read: Callable[..., Answer],
    correct: Callable[[str, Any], Answer],
    content: Any,
    code: str,
) -> None:
    rejected_id = reject(client, write_key)
    before = read().body["rejected"]
    answer = correct(rejected_id, content)
    assert (answer.status, answer.body["code"]) == (400, code)
    assert read().body["rejected"] == before


def test_content_that_is_not_json_can_be_corrected(
    client: Client, write_key: str, correct: Callable[[str, Any], Answer]
) -> None:
    rejected_id = reject(client, write_key, "{")
    assert correct(rejected_id, {"event": "Signed Up", "userId": "ada"}).status == 200


def test_a_correction_needs_the_scope_profiles_write(
    client: Client, write_key: str, read: Callable[..., Answer], api_key: Callable[..., str]
) -> None:
    rejected_id = reject(client, write_key)
    key = api_key("rejected:write")
    answer = client(
        "POST", f"/v1/rejected/{rejected_id}/replay", {"content": {"event": "A", "userId": "a"}}, key=key
    )
    assert (answer.status, answer.body["details"]) == (403, {"scope": "profiles:write"})
    assert [found["id"] for found in read().body["rejected"]] == [rejected_id]


def test_a_message_that_is_still_invalid_stays_rejected(
    client: Client, write_key: str, read: Callable[..., Answer], replay: Callable[[str], Answer]
) -> None:
    rejected_id = reject(client, write_key)
    answer = replay(rejected_id)
    assert (answer.status, answer.body["code"]) == (400, "no_identity")
    assert answer.body["details"] == {"rejected_id": rejected_id}
    assert [found["id"] for found in read().body["rejected"]] == [rejected_id]


@pytest.mark.parametrize("body", ["{", "no json", gzip.compress(b"\xff", mtime=0)])
def test_content_that_is_not_json_is_listed_as_text(
    client: Client, write_key: str, read: Callable[..., Answer], replay: Callable[[str], Answer], body: Any
) -> None:
    rejected_id = reject(client, write_key, body)
    text = body if isinstance(body, str) else "\ufffd"
    assert read().body["rejected"][0]["content"] == text
    assert replay(rejected_id).body["code"] == "invalid_json"


def test_the_size_of_a_page_is_limited(
    client: Client, write_key: str, read: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "REJECTED_PAGE_BYTES", 250)
    for _ in range(4):
        reject(client, write_key, {"event": "x" * 80})
        time.sleep(0.002)
    page = read().body
    assert len(page["rejected"]) == 2
    assert page["next_cursor"]


@pytest.mark.parametrize("rejected_id", ["x", "0" * 27, "g" * 27, "1a1ffa946cb6e275407bdb2764b0", "é" * 27])
def test_an_unknown_id_is_not_found(replay: Callable[[str], Answer], rejected_id: str) -> None:
    assert replay(rejected_id).status == 404


def test_rejected_input_expires(
    client: Client, write_key: str, table: "Table", set_environment: Callable[..., None]
) -> None:
    reject(client, write_key)
    set_environment(RETENTION_DAYS="2")
    reject(client, write_key, {"event": "y"})
    lives = sorted(
        round((int(str(item["expires_at"])) - time.time()) / 86_400)
        for item in table.scan()["Items"]
        if str(item["pk"]).startswith("X#")
    )
    assert lives == [2, 30]


def test_rejected_content_is_stored_as_compressed_json(
    client: Client, write_key: str, table: "Table"
) -> None:
    reject(client, write_key)
    item = next(item for item in table.scan()["Items"] if "raw" in item)
    assert json.loads(gzip.decompress(bytes(item["raw"]))) == WITHOUT_IDENTITY  # type: ignore[arg-type]


def test_a_replayed_backfill_event_keeps_its_time(
    client: Client,
    write_key: str,
    replay: Callable[[str], Answer],
    table: "Table",
    set_environment: Callable[..., None],
) -> None:
    old = WITHOUT_IDENTITY | {"timestamp": "2019-03-01T10:00:00Z", "sentAt": "2019-03-01T10:00:02Z"}
    query, headers = {"writeKey": write_key}, {"X-Backfill": "true"}
    rejected_id = client("POST", "/v1/track", old, query=query, headers=headers).body["details"][
        "rejected_id"
    ]
    kept = next(item for item in table.scan()["Items"] if str(item["pk"]).startswith("X#"))
    assert kept["old"] == 1
    set_environment(CUSTOM_IDENTITY_TYPES="loyalty")
    assert replay(rejected_id).status == 200
    activity = next(item for item in table.scan()["Items"] if str(item["sk"]).startswith("A#"))
    assert iso(int(str(activity["o"]))) == "2019-03-01T10:00:00.000Z"


def test_a_replayed_event_of_a_bot_may_be_dropped(
    client: Client, write_key: str, replay: Callable[[str], Answer], set_environment: Callable[..., None]
) -> None:
    context = WITHOUT_IDENTITY["context"] | {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
    rejected_id = reject(client, write_key, WITHOUT_IDENTITY | {"context": context})
    set_environment(CUSTOM_IDENTITY_TYPES="loyalty", BOT_EVENTS="drop")
    answer = replay(rejected_id)
    assert (answer.status, answer.body["left_out"]) == (200, 1)
    assert replay(rejected_id).status == 404
