"""The tracking API through the real handler, on the table."""

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.source import Source
from crm.domain.times import iso
from crm.services.access import sources
from functions.track_events.app import handler
from tests.support.gateway import Client, HttpEvent, build_http_event
from tests.support.thoroughness import part_of

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


def test_the_write_key_is_accepted_in_header_body_and_query(client: Client, write_key: str) -> None:
    assert client("POST", "/v1/t", TRACK, headers={"authorization": basic(write_key)}).status == 200
    assert client("POST", "/v1/t", TRACK | {"writeKey": write_key}).status == 200
    assert client("POST", "/v1/t", TRACK, query={"writeKey": write_key}).status == 200


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        "wk_BBBBBBBBBBBBBBBBBBBBBB",
        "sk_x",
        5,
        {"a": 1},
        ["wk_"],
        "wk_" + "x" * 5000,
        "wk_\x00",
        "wk_é",
    ],
)
def test_events_with_an_unknown_key_are_refused(
    client: Client, table: "Table", write_key: str, key: Any
) -> None:
    answer = client("POST", "/v1/t", {"event": "bad", "writeKey": key})
    assert (answer.status, answer.body["code"]) == (401, "unauthorized")
    assert not activities(table)
    assert not rejected(table)


@pytest.mark.parametrize("header", ["Basic", "Basic ===", "Basic /w==", "Bearer x", "basic " + "A" * 9000])
def test_an_invalid_authorization_header_is_refused(client: Client, table: "Table", header: str) -> None:
    assert client("POST", "/v1/t", TRACK, headers={"authorization": header}).status == 401


def test_events_of_a_disabled_source_are_refused(client: Client, source: Source, table: "Table") -> None:
    sources.update(source.id, {"enabled": False}, now=1)
    answer = client("POST", "/v1/t", TRACK | {"writeKey": source.write_key})
    assert (answer.status, answer.body["code"]) == (401, "source_disabled")
    assert not activities(table)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("https://shop.example", 200),
        ("https://de.shop.example", 200),
        ("https://evil.example", 403),
        ("https://shop.example.evil.example", 403),
        ("http://shop.example", 403),
        ("null", 403),
    ],
)
def test_events_of_other_origins_are_refused(
    client: Client, source: Source, table: "Table", origin: str | None, status: int
) -> None:
    sources.update(source.id, {"allowed_origins": ["https://shop.example", "https://*.shop.example"]}, now=1)
    headers = {"origin": origin} if origin else {}
    answer = client("POST", "/v1/t", TRACK | {"writeKey": source.write_key}, headers=headers)
    assert answer.status == status
    assert len(activities(table)) == (status == 200)
    assert not [name for name in answer.headers if name.startswith("access-control")], "CORS is the gateway's"


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


DEEP = '{"a":' * 260 + "1" + "}" * 260
INVALID: list[tuple[str, Any, str]] = [
    ("track", "", "invalid_json"),
    ("track", "{", "invalid_json"),
    ("track", "[]", "invalid_json"),
    ("track", '"text"', "invalid_json"),
    ("track", "[" * 100_000, "invalid_json"),
    ("track", b"\xff\xfe{}", "invalid_json"),
    ("track", b"\x1f\x8bno", "invalid_gzip"),
    ("track", gzip.compress(b" " * 50_000_000), "batch_too_large"),
    ("track", gzip.compress(b"{}", mtime=0)[:-4], "invalid_gzip"),
    ("track", '{"userId":' + "9" * 5000 + "}", "invalid_json"),
    ("track", "{}", "no_identity"),
    ("track", '{"userId":NaN,"event":"x"}', "no_identity"),
    ("track", '{"userId":"u"}', "missing_event"),
    ("track", '{"userId":"u","event":{"a":1}}', "missing_event"),
    ("track", '{"userId":"u","event":"x","properties":' + DEEP + "}", "too_deep"),
    ("track", '{"userId":"u","event":"x","properties":{"a":' + DEEP * 1 + "}}", "too_deep"),
    ("track", '{"userId":"u","event":"x","a":' + "[" * 900 + "]" * 900 + "}", "too_deep"),
    ("track", {"userId": "u", "event": "x", "properties": {"a": "x" * 33_000}}, "message_too_large"),
    ("track", {"userId": "u", "event": "x", "properties": {"k" * 100_000: 1}}, "message_too_large"),
    ("track", {"userId": "u", "event": "x" * 600_000}, "batch_too_large"),
    ("track", {"userId": "u", "event": "x", "timestamp": "9" * 400}, "invalid_timestamp"),
    ("track", {"userId": "u", "event": "x", "timestamp": 1e300}, "invalid_timestamp"),
    ("track", {"userId": "u", "event": "x", "timestamp": -1}, "invalid_timestamp"),
    ("track", {"userId": "u", "event": "x", "messageId": {"$": 1}}, "invalid_message_id"),
    ("identify", {"userId": "u", "traits": []}, ""),
    ("identify", {"userId": "u", "traits": [1]}, "invalid_traits"),
    ("identify", {"userId": "[object Object]", "traits": {"email": "no mail"}}, "no_identity"),
    ("identify", {"userId": "u" * 600}, "no_identity"),
    ("page", {"anonymousId": "a", "properties": 5}, "invalid_properties"),
    ("page", {"anonymousId": "a", "context": "c"}, "invalid_context"),
    ("group", {"userId": "u"}, "missing_group_id"),
    ("alias", {"userId": "u"}, "missing_previous_id"),
    ("alias", {"previousId": "u"}, "missing_user_id"),
    ("batch", "{}", "invalid_batch"),
    ("batch", {"batch": []}, "empty_batch"),
    ("batch", {"batch": "many"}, "invalid_batch"),
    ("batch", {"batch": [{}], "context": []}, "*"),
    ("batch", {"batch": [{}], "context": [1]}, "invalid_context"),
    ("batch", {"batch": [{}] * 3000}, "batch_too_large"),
    ("track", '{"userId":"u","event":"cut \\ud83d","properties":{"\\udc00":"\\u0000"}}', ""),
    ("track", '{"userId":"u","event":"x","properties":{"n":' + "9" * 400 + ',"f":1e999,"i":Infinity}}', ""),
    ("track", {"userId": 12.0, "event": "x", "messageId": 1e22}, ""),
    ("track", {"userId": "u", "event": "x", "sentAt": {"no": "time"}}, ""),
    ("track", {"userId": "u", "event": "x", "timestamp": 5, "sentAt": "9999-12-31T23:59:59Z"}, ""),
    ("track", {"userId": "u", "event": "x", "context": {"externalIds": "x", "library": 5, "page": []}}, ""),
]


@pytest.mark.parametrize(("type_", "body", "code"), INVALID)
def test_invalid_input_is_refused_with_a_code(
    client: Client, write_key: str, table: "Table", type_: str, body: Any, code: str
) -> None:
    """Code "" is accepted after all, "*" is a batch whose messages are all rejected."""
    answer = client("POST", f"/v1/{type_}", body, headers={"authorization": basic(write_key)})
    if code in ("", "*"):
        assert (answer.status, len(activities(table))) == (200, code == "")
        return
    assert (answer.status, answer.body["code"]) == (400, code)
    assert answer.body.keys() == {"code", "message", "details"}
    kept = [item for item in rejected(table) if "code" in item]
    assert [item["code"] for item in kept] == [code], "nothing is refused silently"
    assert answer.body["details"]["rejected_id"] == str(kept[0]["sk"]).rpartition("#")[2]


def test_an_invalid_base64_body_is_refused(table: "Table", http_event: HttpEvent) -> None:
    event = http_event("POST", "/v1/track", b"{}") | {"body": "a"}
    assert handler(event, None)["statusCode"] == 400
    assert handler(http_event("POST", "/v1/track"), None)["statusCode"] == 400


CANARY = "canary-7f3b"
TEXT = st.text(max_size=20).map(lambda text: text + CANARY) | st.sampled_from(
    ["null", CANARY + "@example.com", "\x00"]
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)
NAMES = "type userId anonymousId event groupId previousId messageId timestamp originalTimestamp sentAt"
MESSAGE = st.dictionaries(
    st.sampled_from([*NAMES.split(), "properties", "traits", "context", "name", "category", "batch"]),
    VALUE
    | st.sampled_from(["track", "page", "identify", "2026-11-21T19:30:00Z", {}, {"email": CANARY}])
    | st.dictionaries(
        st.sampled_from(["page", "os", "screen", "traits", "userAgent", "library", "ip"]), VALUE
    ),
    max_size=12,
)
BODY = (
    MESSAGE.map(json.dumps)
    | st.lists(MESSAGE | VALUE, max_size=4).map(lambda batch: json.dumps({"batch": batch}))
    | VALUE.map(json.dumps)
    | st.text()
    | st.binary()
    | st.binary().map(lambda some: b"\x1f\x8b" + some)
    | MESSAGE.map(lambda message: gzip.compress(json.dumps(message).encode()))
)


@settings(
    max_examples=part_of(200, least=5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=BODY, type_=st.sampled_from("itpsgab"))
def test_random_input_is_no_server_error_and_is_not_logged(
    table: "Table", write_key: str, capfd: pytest.CaptureFixture[str], body: str | bytes, type_: str
) -> None:
    sent = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    answer = handler(
        build_http_event("POST", f"/v1/{type_}", sent, {"authorization": basic(write_key)}), None
    )
    assert answer["statusCode"] in (200, 400)
    assert CANARY not in answer["body"]
    captured = capfd.readouterr()
    assert CANARY not in captured.out + captured.err


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


@pytest.mark.parametrize("path", ["/sdk", "/api/public/apps", "/api/s", "/api/s/s2s"])
def test_paths_of_other_sdks_are_accepted(client: Client, write_key: str, table: "Table", path: str) -> None:
    by_header = {"X-Write-Key": f"{write_key}:secret"}
    assert client("POST", f"{path}/track", TRACK, headers=by_header).status == 200
    bare = {"authorization": write_key}
    assert client("POST", f"{path}/batch", {"batch": [TRACK | {"type": "track"}]}, headers=bare).status == 200
    assert len(activities(table)) == 1, "one message, whatever its path"
    assert client("POST", f"{path}/click", TRACK, headers=by_header).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Write-Key": "wk_unknown"},
        {"X-Write-Key": ":"},
        {"authorization": "wk_unknown"},
        {"authorization": "Basic wk_unknown"},
        {"authorization": "Basic ////"},
        {"authorization": "Bearer"},
    ],
)
def test_an_unknown_key_is_refused_in_every_header(client: Client, headers: dict[str, str]) -> None:
    assert client("POST", "/api/s/track", TRACK, headers=headers).body["code"] == "unauthorized"


def test_the_plain_write_key_of_dittofeed_is_accepted(client: Client, write_key: str) -> None:
    for authorization in (f"Basic {write_key}", basic(write_key), write_key):
        headers = {"authorization": authorization}
        body = {"batch": [TRACK | {"type": "track"}]}
        assert client("POST", "/api/public/apps/batch", body, headers=headers).status == 200
