"""Permissions: write keys write, API keys read, and a source accepts only its own pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.browser import Browser
from tests.e2e.loopback import Site
from tests.e2e.stack import Stack, basic, call

EVENT = {"type": "track", "event": "Tried", "anonymousId": "access-test"}
OWN = "https://shop.example"


@pytest.fixture
def narrow_source(stack: Stack) -> Iterator[dict[str, Any]]:
    """Create a source for the pages of one origin only."""
    made = stack.admin(
        "/v1/sources",
        method="POST",
        json_body={"name": "Narrow", "kind": "web", "allowed_origins": [OWN]},
    )
    assert made.status in {200, 201}
    source = dict(made.json())
    yield source
    stack.admin(f"/v1/sources/{source['id']}", method="DELETE")


@pytest.mark.parametrize(
    "path",
    ["/v1/profiles", "/v1/stats", "/v1/sources", "/v1/identities/user_id/ada", "/v1/rejected?day=2026-11-21"],
)
def test_a_write_key_cannot_read(stack: Stack, path: str) -> None:
    for headers in ({"authorization": f"Bearer {stack.write_key}"}, basic(stack.write_key), {}):
        answer = call(stack.api_url + path, headers=headers)
        assert answer.status == 401
        assert set(answer.json()) == {"code", "message", "details"}


@pytest.fixture
def reader(stack: Stack) -> Iterator[dict[str, Any]]:
    """Create a key that reads profiles, and return it as a header."""
    body = {"name": "Reader", "scopes": ["profiles:read"]}
    key = stack.admin("/v1/api-keys", method="POST", json_body=body).json()
    yield key | {"header": {"authorization": f"Bearer {key['key']}"}}
    stack.admin(f"/v1/api-keys/{key['id']}", method="DELETE")


def test_an_api_key_is_limited_to_its_scopes(stack: Stack, reader: dict[str, Any]) -> None:
    assert call(f"{stack.api_url}/v1/stats", headers=reader["header"]).status == 200
    assert call(f"{stack.api_url}/v1/sources", headers=reader["header"]).status == 403


def test_a_revoked_key_is_refused(stack: Stack, reader: dict[str, Any]) -> None:
    assert stack.admin(f"/v1/api-keys/{reader['id']}", method="DELETE").status in {200, 204}
    assert call(f"{stack.api_url}/v1/stats", headers=reader["header"]).status == 401


def test_an_unknown_write_key_is_refused(stack: Stack) -> None:
    unknown = "wk_AAAAAAAAAAAAAAAAAAAAAA"
    for headers, body in ((basic(unknown), EVENT), ({}, EVENT | {"writeKey": unknown}), ({}, EVENT)):
        answer = call(f"{stack.api_url}/v1/track", method="POST", json_body=body, headers=headers)
        assert answer.status == 401
        assert set(answer.json()) == {"code", "message", "details"}
    assert call(f"{stack.api_url}/v1/projects/{unknown}/settings").status == 404
    assert call(f"{stack.api_url}/sourceConfig/?writeKey={unknown}").status == 401


def test_an_api_key_is_refused_as_write_key(stack: Stack) -> None:
    answer = call(f"{stack.api_url}/v1/track", method="POST", json_body=EVENT, headers=basic(stack.api_key))
    assert answer.status == 401


def test_events_of_other_origins_are_refused(stack: Stack, narrow_source: dict[str, Any]) -> None:
    for origin, status in ((OWN, 200), ("https://thief.example", 403)):
        headers = basic(narrow_source["write_key"]) | {"origin": origin}
        answer = call(f"{stack.api_url}/v1/track", method="POST", json_body=EVENT, headers=headers)
        assert answer.status == status


def test_a_page_of_another_origin_can_read_the_refusal(
    stack: Stack, narrow_source: dict[str, Any], browser: Browser, shop: Site
) -> None:
    """The script can read the refusal, so that it drops the events and stops its retries."""
    browser.goto(shop.page("/"))
    body = {"writeKey": narrow_source["write_key"], "batch": [EVENT]}
    status = browser.evaluate(
        f"fetch('{stack.api_url}/v1/batch', {{method: 'POST', body: JSON.stringify({body!r})}})"
        ".then((answer) => answer.status)"
    )
    assert status == 403
