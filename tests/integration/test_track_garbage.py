"""Invalid and random input of the tracking API: refused with a code, never a 5xx, and never logged."""

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.track_events.app import handler
from tests.integration.test_track_events import activities, basic, rejected
from tests.support.gateway import Client, HttpEvent, build_http_event
from tests.support.thoroughness import part_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

DEEP = '{"a":' * 260 + "1" + "}" * 260
INVALID: list[tuple[str, Any, str]] = [
    ("track", "", "invalid_json"),
    ("track", "{", "invalid_json"),
    ("track", "[]", "invalid_json"),
    ("track", '"text"', "invalid_json"),
    ("track", "[" * 100_000, "invalid_json"),
    ("track", b"\xff\xfe{}", "invalid_json"),
    ("track", b"\x1f\x8bno", "invalid_gzip"),
    ("track", gzip.compress(b" " * part_of(50_000_000, one_in=10)), "batch_too_large"),
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
