"""Responses of operations beyond a plain body."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.api.route import PUBLIC, Route
from crm.http import Reply
from tests.support.served_route import Call, serve_one

Serve = Callable[..., Call]
THING = {"id": "t1", "version": 3}


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Return `serve(result, **fields of the route)`, which serves a route whose operation returns the result."""

    def made(result: Any, **fields: Any) -> Call:
        declared = {"function": "things", "access": PUBLIC, "summary": "", **fields}
        return serve_one(monkeypatch, Route("GET /things", "get_thing", **declared), lambda _request: result)

    return made


def test_a_body_is_sent_with_the_status_of_the_route(serve: Serve) -> None:
    answer = serve(THING, status=201)()
    assert (answer["statusCode"], answer["body"]) == (201, '{"id":"t1","version":3}')
    assert answer["headers"] == {"content-type": "application/json", "cache-control": "no-store"}


def test_a_reply_overrides_status_and_headers(serve: Serve) -> None:
    answer = serve(Reply(THING, status=202, headers={"location": "/v1/jobs/1"}))()
    assert answer["statusCode"] == 202
    assert answer["headers"]["location"] == "/v1/jobs/1"


def test_a_redirect_has_no_body(serve: Serve) -> None:
    answer = serve(Reply(status=303, headers={"location": "https://shop.example/thanks"}))()
    assert answer == {"statusCode": 303, "headers": {"location": "https://shop.example/thanks"}}


def test_a_page_is_not_cached_and_sends_no_referrer(serve: Serve) -> None:
    policy = {"content-security-policy": "default-src 'none'"}
    answer = serve(Reply("<!doctype html>", media_type="text/html", status=404, headers=policy))()
    assert (answer["statusCode"], answer["body"]) == (404, "<!doctype html>")
    assert answer["headers"] == {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        **policy,
    }


def test_an_etag_contains_id_and_version(serve: Serve) -> None:
    assert serve(THING, etag=True)()["headers"]["etag"] == '"t1.3"'
    assert serve(Reply(THING, status=201), etag=True)()["headers"]["etag"] == '"t1.3"'


@pytest.mark.parametrize("result", [None, {"id": "t1"}, [THING], Reply(THING, status=409)])
def test_a_result_without_a_version_has_no_etag(serve: Serve, result: Any) -> None:
    assert "etag" not in serve(result, etag=True)()["headers"]
    assert "etag" not in serve(THING)()["headers"]
