"""Requests, answers, cursors and the boundary, without AWS."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.api.route import Route
from crm.domain import errors
from crm.domain.errors import CrmError, InvalidInputError
from crm.http import UnexpectedError, cursors, error_answer, json_answer, respond
from crm.http.answers import status_of
from crm.http.body import read_json, read_model
from crm.http.permissions import admit_caller
from crm.http.serve_routes import serve
from crm.settings import settings

CANARY = "ada@example.com"


@pytest.fixture(autouse=True)
def _deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TABLE_NAME", "crm")
    monkeypatch.setenv("IDENTITY_NAMESPACE", "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11")
    settings.cache_clear()
    yield
    settings.cache_clear()


def _every_error(kind: type[CrmError]) -> Iterator[type[CrmError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _every_error(one)


@pytest.mark.parametrize("kind", [e for e in _every_error(CrmError) if e is not errors.RetryLaterError])
def test_every_error_has_a_status(kind: type[CrmError]) -> None:
    assert status_of(kind.__new__(kind)) in range(400, 504)


def test_errors_have_code_message_and_details() -> None:
    answer = error_answer(errors.ConflictError("it exists", details={"id": "1"}))
    assert answer["statusCode"] == 409
    assert json.loads(answer["body"]) == {
        "code": "conflict",
        "message": "it exists",
        "details": {"id": "1"},
    }


def test_a_throttled_caller_gets_retry_after() -> None:
    answer = error_answer(errors.RateLimitedError("slow down", retry_after=3, reset_at=1_795_289_400))
    assert answer["statusCode"] == 429
    assert answer["headers"]["retry-after"] == "3"
    assert answer["headers"]["x-ratelimit-reset"] == "1795289400"
    assert error_answer(errors.UnavailableError("later", retry_after=2))["headers"]["retry-after"] == "2"


def test_a_response_without_a_body_has_no_content_type() -> None:
    assert json_answer(204) == {"statusCode": 204, "headers": {}}


def test_an_unknown_exception_escapes_without_data_of_the_customer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> dict[str, Any]:
        raise ValueError(f"cannot read {CANARY}")

    with pytest.raises(UnexpectedError) as escaped:
        respond(fail, route="GET /v1/stats")
    assert str(escaped.value).startswith("ValueError in fail")
    assert escaped.value.__suppress_context__
    line = json.loads(capsys.readouterr().out)
    assert line["exception_name"] == "ValueError"
    assert line["route"] == "GET /v1/stats"
    assert CANARY not in json.dumps(line)


positions = st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=20) | st.none(), max_size=4)


@given(positions)
def test_a_cursor_is_decoded_to_its_position(position: dict[str, Any]) -> None:
    cursor = cursors.encode_cursor(position, listing="profiles")
    assert cursor is not None
    assert cursors.decode_cursor(cursor, listing="profiles") == position


@given(positions, st.data())
def test_a_cursor_with_a_changed_bit_is_refused(position: dict[str, Any], data: st.DataObject) -> None:
    cursor = cursors.encode_cursor(position, listing="profiles")
    assert cursor is not None
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    changed = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    with pytest.raises(InvalidInputError) as refused:
        cursors.decode_cursor(changed, listing="profiles")
    assert refused.value.code == "invalid_cursor"


def test_a_cursor_does_not_reveal_its_position() -> None:
    cursors_of_two = [
        cursors.encode_cursor({"text": name, "id": "1"}, listing="profiles") for name in ("ada", "bea")
    ]
    raw = [base64.urlsafe_b64decode(f"{cursor}==") for cursor in cursors_of_two]
    assert b"ada" not in raw[0]
    assert b"text" not in raw[0]
    assert sum(a == b for a, b in zip(*raw, strict=True)) < len(raw[0]) / 2, "one mask for two positions"


@given(st.text(max_size=60))
def test_an_arbitrary_text_is_refused_as_cursor(text: str) -> None:
    with pytest.raises(InvalidInputError, match="next_cursor"):
        cursors.decode_cursor(text, listing="profiles")


def test_a_cursor_belongs_to_its_listing() -> None:
    cursor = cursors.encode_cursor({"at": 1}, listing="profiles of one kind")
    with pytest.raises(InvalidInputError, match="same parameters"):
        cursors.decode_cursor(cursor, listing="all profiles")
    assert cursors.decode_cursor(None, listing="all profiles") is None
    assert cursors.encode_cursor(None, listing="all profiles") is None


@pytest.mark.parametrize(
    "event",
    [
        {"body": ""},
        {"body": "{"},
        {"body": "[" * 100_000},
        {"body": '{"n": NaN}'},
        {"body": "9" * 5000},
        {"body": "not base64!", "isBase64Encoded": True},
        {"body": base64.b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True},
    ],
)
def test_an_invalid_json_body_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_json(event)
    assert refused.value.code == "invalid_json"


def test_errors_of_a_body_name_fields_without_quoting_values() -> None:
    body = {"name": 7, "kind": CANARY, "rate_limit": 0, "owner": CANARY}
    with pytest.raises(InvalidInputError) as refused:
        read_model({"body": json.dumps(body)}, "access.NewSource")
    shown = refused.value.details["errors"]
    assert {problem["field"] for problem in shown} == {"name", "kind", "rate_limit", "owner"}
    assert {"field": "rate_limit", "message": "must be greater than 0"} in shown
    assert CANARY not in refused.value.message + json.dumps(shown)


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "1", "{}"])
def test_a_body_that_is_no_object_or_lacks_fields_is_refused(body: str) -> None:
    with pytest.raises(InvalidInputError, match=r".+"):
        read_model({"body": body}, "access.NewSource")


def test_only_the_fields_that_were_sent_are_read() -> None:
    sent = base64.b64encode(b'{"rate_limit": null}').decode()
    assert read_model({"body": sent, "isBase64Encoded": True}, "access.SourceChanges") == {"rate_limit": None}
    assert read_model({}, "access.Rotation") == {}


@pytest.mark.parametrize("access", ["", "Public", "write key", "profiles:*"])
def test_a_route_without_a_scope_refuses_every_key(access: str) -> None:
    route = Route("GET /v1/stats", "get_stats", function="profiles", access=access, summary="")
    context = {"authorizer": {"lambda": {"principal": "key:1", "scopes": "admin"}}}
    with pytest.raises(errors.ForbiddenError, match="no scope is declared"):
        admit_caller(route, {"requestContext": context})


@pytest.mark.parametrize(
    "authorizer", [{}, {"lambda": None}, {"lambda": {}}, {"lambda": {"scopes": "admin"}}]
)
def test_a_request_without_a_principal_is_unauthorized(authorizer: dict[str, Any]) -> None:
    route = Route("GET /v1/stats", "get_stats", function="profiles", access="profiles:read", summary="")
    with pytest.raises(errors.UnauthorizedError):
        admit_caller(route, {"requestContext": {"authorizer": authorizer}})
    with pytest.raises(errors.UnauthorizedError):
        admit_caller(route, {"requestContext": {}})


def test_a_declared_operation_that_is_missing_is_an_error() -> None:
    with pytest.raises(LookupError, match="get_stats"):
        serve("profiles")


def test_unknown_routes_and_methods_have_error_bodies() -> None:
    from functions.manage_access.app import handler

    nowhere = handler({"routeKey": "$default", "rawPath": "/v2/profiles"}, None)
    assert (nowhere["statusCode"], json.loads(nowhere["body"])["code"]) == (404, "not_found")
    known = handler({"routeKey": "$default", "rawPath": "/v1/sources/src_1"}, None)
    assert (known["statusCode"], json.loads(known["body"])["code"]) == (405, "method_not_allowed")
    assert known["headers"]["allow"] == "DELETE, GET, PATCH"
