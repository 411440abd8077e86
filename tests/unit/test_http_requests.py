"""The parts of a request that operations receive: the caller, headers, the expected version, bytes."""

import base64
from typing import Any

import pytest

from crm.api.route import PUBLIC, Route
from crm.domain import errors
from crm.domain.api_key import SYSTEM, Principal
from crm.domain.errors import ForbiddenError, InvalidInputError, UnauthorizedError
from crm.http.permissions import admit_caller
from crm.http.request import Request, read_request
from tests.support.served_route import ADMIN, serve_one

LIST = Route("GET /v1/things", "list_things", function="things", access="profiles:read", summary="")
LIMITED = Route(
    "GET /v1/things", "list_things", function="things", access="profiles:read", summary="", limited=True
)
PAGE = Route("GET /things/{token}", "show_things", function="things", access=PUBLIC, summary="")


def called_by(**authorizer: str) -> dict[str, Any]:
    return {"requestContext": {"authorizer": {"lambda": authorizer}}}


def request(route: Route = LIST, **event: Any) -> Request:
    return read_request(route, SYSTEM, event)


def test_every_caller_may_call_a_public_route() -> None:
    anonymous: dict[str, Any] = {"requestContext": {}}
    for event in (called_by(**ADMIN), called_by(), anonymous):
        assert admit_caller(PAGE, event) is SYSTEM


def test_a_limited_key_is_refused_on_routes_that_do_not_hide_other_customers() -> None:
    with pytest.raises(ForbiddenError, match="limited to classes and may not call this route") as refused:
        admit_caller(LIST, called_by(principal="key:1", scopes="admin", classes="vip shop"))
    assert (refused.value.code, refused.value.details) == ("forbidden", {"classes": ["shop", "vip"]})


def test_the_principal_of_a_limited_key_has_its_classes() -> None:
    caller = admit_caller(LIMITED, called_by(principal="key:1", scopes="profiles:read", classes="vip shop"))
    assert caller == Principal("key:1", frozenset({"profiles:read"}), frozenset({"vip", "shop"}))
    assert admit_caller(LIMITED, called_by(principal="key:1", scopes="profiles:read")).classes is None


def test_a_key_limited_to_no_class_sees_no_customer() -> None:
    caller = admit_caller(LIMITED, called_by(principal="key:1", scopes="profiles:read", classes=""))
    assert caller.classes == frozenset()
    assert not caller.sees(["vip"])


def test_a_limited_key_needs_the_scope_too() -> None:
    with pytest.raises(ForbiddenError, match="lacks the scope"):
        admit_caller(LIMITED, called_by(principal="key:1", scopes="sources:read", classes="vip"))
    with pytest.raises(UnauthorizedError):
        admit_caller(LIMITED, called_by(classes="vip", scopes="admin"))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        (None, None),
        ({"if-match": "*"}, None),
        ({"if-match": '"src_1.2"'}, "src_1.2"),
        ({"if-match": 'W/"src_1.2"'}, "src_1.2"),
        ({"if-match": ' "src_1.2" '}, "src_1.2"),
        ({"if-match": '""'}, ""),
    ],
)
def test_the_if_match_header_is_read(headers: dict[str, str] | None, expected: str | None) -> None:
    assert request(headers=headers).if_match == expected


@pytest.mark.parametrize("sent", ["", "src_1.2", '"a", "b"', '"a', "W/", "w/a"])
def test_an_invalid_if_match_header_is_refused(sent: str) -> None:
    with pytest.raises(InvalidInputError, match="one ETag as it was returned") as refused:
        _ = request(headers={"if-match": sent}).if_match
    assert refused.value.code == "invalid_if_match"
    assert refused.value.details == {"header": "If-Match"}


def test_the_raw_body_is_decoded() -> None:
    sent = b"name=Ada&mail=\xff"
    assert request(body=base64.b64encode(sent).decode(), isBase64Encoded=True).raw_body == sent
    assert request(body="name=Ad\u00e1", isBase64Encoded=False).raw_body == b"name=Ad\xc3\xa1"
    assert request().raw_body == b""
    with pytest.raises(InvalidInputError) as refused:
        _ = request(body="a", isBase64Encoded=True).raw_body
    assert refused.value.code == "invalid_body"


def test_headers_are_read_by_lower_case_names() -> None:
    assert request(headers={"user-agent": "curl"}).headers == {"user-agent": "curl"}
    assert request().headers == {}


def test_the_principal_of_a_public_operation_is_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    call = serve_one(monkeypatch, PAGE, lambda request: {"by": request.principal.id, **request.path})
    answer = call(path={"token": "t1"}, caller=None)
    assert (answer["statusCode"], answer["body"]) == (200, '{"by":"system","token":"t1"}')


def test_an_error_of_a_public_operation_has_an_error_body(monkeypatch: pytest.MonkeyPatch) -> None:
    def show_things(_request: Request) -> None:
        raise errors.GoneError("this link has expired")

    answer = serve_one(monkeypatch, PAGE, show_things)(path={"token": "t1"}, caller=None)
    assert answer["statusCode"] == 410
    assert answer["body"] == '{"code":"gone","message":"this link has expired","details":{}}'
