"""Texts that cannot be stored and numbers out of range, in each field of each request."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from crm.api.route import Route
from crm.api.routes import ROUTES
from tests.support.furnished_shop import World, ask, body_of, furnished, key_of
from tests.support.gateway import ask_authorizer, build_http_event
from tests.support.thoroughness import some_of

LONE_SURROGATES = ("\ud800", "half an emoji \ud83d")
EXTREME_VALUES = ("a\x00b", "", 10**400, -(10**308), 2**63, 1e308)
IN_QUERIES = (*LONE_SURROGATES, "a\x00b", "9" * 400, "9999-12-31T23:59:59.999+00:01", "0000-01-01", "1e999")
SENT_HEADERS = ("if-match", "idempotency-key", "content-type", "user-agent", "origin", "referer")

_WHERE = [{"property": "a.b", "operator": "equals", "value": 1}]
_CONDITION = {
    "type": "or",
    "conditions": [
        {"type": "attribute", "name": "city", "operator": "one_of", "value": ["London", "Rome"]},
        {"type": "attribute", "name": "points", "operator": "greater", "value": 5},
        {"type": "event", "event": "Called", "where": _WHERE, "count": {"operator": "at_least", "value": 3}},
        {"type": "tag", "tag": "vip"},
    ],
}
_FILTER = {
    "city": ["Rome"],
    "first_name.contains": "a",
    "tag": "vip",
    "list": "Fair",
    "segment": "Townspeople",
    "created.after": "2020-01-01",
    "consent": "email:granted",
    "responsible": "grace",
}
FULL: dict[str, Any] = {
    "create_profile": {
        "identities": {"email": "NEW@example.com", "user_id": "NEW"},
        "attributes": {"city": "Rome", "points": 1},
        "tags": ["vip"],
        "classes": ["b2b"],
    },
    "update_profile": {
        "identities": {"user_id": "other"},
        "attributes": {"city": "Rome", "birthday": "1990-01-01", "points": 1},
        "tags": {"add": ["vip"]},
        "classes": {"add": ["b2b"]},
        "responsible": "grace",
        "consents": [{"channel": "email", "state": "granted", "proof": "Yes."}],
    },
    "set_attributes": {"city": "Rome", "birthday": "1990-01-01", "points": 1},
    "create_task": {"name": "Call", "assignee": "grace", "due": "2030-01-01", "priority": "high"},
    "set_consent": {"state": "granted", "proof": "Yes.", "expires_at": "2030-01-01T00:00:00Z"},
    "give_points": {"points": 1, "reason": "Kind"},
    "create_export": {"filter": _FILTER, "columns": ["id"]},
    "start_bulk": {"filter": _FILTER, "action": {"type": "set_attributes", "attributes": {"points": 1}}},
    "create_attribute": {"name": "NEW", "type": "choice", "choices": ["S"], "label": "Size"},
    "create_import_mapping": {
        "name": "NEW",
        "tags": ["vip"],
        "columns": [{"column": "City", "to": "attribute", "name": "city"}],
        "delimiter": ";",
        "encoding": "utf-8",
    },
    "create_segment": {"name": "NEW", "condition": _CONDITION},
    "preview_segment": {"condition": _CONDITION, "sample": 3},
    "create_aggregate": {"name": "vNEW", "event": "Called", "where": _WHERE, "window": {"within_days": 3}},
    "create_score": {"name": "vNEW", "rules": [{"event": "Called", "points": 1, "where": _WHERE}]},
    "create_webhook": {"name": "NEW", "url": "https://a.example/", "events": ["Profile Created"]},
    "create_source": {"name": "NEW", "allowed_origins": ["https://a.example"], "rate_limit": 1.5, "burst": 3},
    "update_source": {"name": "NEW", "allowed_origins": ["https://a.example"], "rate_limit": 1.5},
    "rotate_key": {"grace_seconds": 3},
    "preview_import": {
        "content": "RS1tYWlsCmFkYUBleGFtcGxlLmNvbQo=",
        "name": "people.csv",
        "mapping": "fair",
    },
    "start_import": {"key": "imports/ada.csv", "mapping": "fair"},
    "replay_deliveries": {"limit": 3},
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with furnished() as made:
        yield made


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the path of each text, number and boolean."""
    if isinstance(body, dict | list):
        for step, inner in body.items() if isinstance(body, dict) else enumerate(body):
            yield from places(inner, (*path, step))
    else:
        yield path


def replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    copied = json.loads(json.dumps(body))
    within = copied
    for step in path[:-1]:
        within = within[step]
    within[path[-1]] = value
    return copied


def good_body(route: Route) -> Any:
    return FULL.get(route.operation) or body_of(route)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.authorized and good_body(route)], ids=lambda route: route.key
)
def test_invalid_texts_and_extreme_numbers_in_a_body_are_no_server_error(world: World, route: Route) -> None:
    key, body = key_of("admin"), good_body(route)
    for number, path in enumerate(some_of(list(places(body)), start=len(route.key), one_in=3)):
        for surrogate in some_of(LONE_SURROGATES, start=number, one_in=2):
            refused = ask(world, route, key, replaced(body, path, surrogate))
            assert (refused.status, refused.body["code"]) == (400, "invalid_request")
            assert refused.body["details"]["errors"][0]["field"].startswith(".".join(map(str, path)))
        for extreme in some_of(EXTREME_VALUES, start=number, one_in=3):
            assert ask(world, route, key, replaced(body, path, extreme)).status < 500


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.authorized], ids=lambda route: route.key
)
def test_invalid_texts_in_parameters_and_headers_are_no_server_error(world: World, route: Route) -> None:
    bare = re.sub(r"{\w+\+?}", "0", route.path)
    headers = {"authorization": f"Bearer {key_of('admin')}"}
    event = build_http_event(route.method, bare, {} if route.request else None, headers)
    event["requestContext"]["authorizer"] = {"lambda": ask_authorizer(event)}
    handler = importlib.import_module(f"functions.{route.function}.app").handler
    names = re.findall(r"{(\w+)\+?}", route.path)

    def answer(**changed: Any) -> tuple[int, Any]:
        given = handler({**event, **changed}, None)
        return given["statusCode"], json.loads(given.get("body") or "{}")

    for text in some_of(IN_QUERIES, start=len(route.key), one_in=4):
        query = [({parameter.name: text}, parameter.name) for parameter in route.query]
        path = [({**dict.fromkeys(names, "0"), name: text}, name) for name in names]
        for part, requests in (("queryStringParameters", query), ("pathParameters", path)):
            for sent, name in requests:
                status, body = answer(**{part: sent})
                assert status < 500
                if text in LONE_SURROGATES:
                    assert (status, body["code"]) == (400, "invalid_parameter")
                    assert body["details"] == {"parameter": name}
        for header in some_of(SENT_HEADERS, start=len(route.key), one_in=3):
            assert answer(headers={**event["headers"], header: text})[0] < 500


def test_invalid_texts_as_names_are_refused(world: World) -> None:
    key = key_of("admin")
    (attributes,) = [route for route in ROUTES if route.operation == "set_attributes"]
    refused = ask(world, attributes, key, {"\ud800": "x"})
    assert (refused.status, refused.body["details"]["errors"][0]["field"]) == (400, "")
    (listed,) = [route for route in ROUTES if route.operation == "list_profiles"]
    event = build_http_event("GET", listed.path, None, {"authorization": f"Bearer {key}"})
    event["requestContext"]["authorizer"] = {"lambda": ask_authorizer(event)}
    event["queryStringParameters"] = {"\ud800": "x"}
    given = importlib.import_module("functions.profiles.app").handler(event, None)
    assert (given["statusCode"], json.loads(given["body"])["code"]) == (400, "invalid_parameter")


def test_a_complete_surrogate_pair_is_accepted(world: World) -> None:
    (attributes,) = [route for route in ROUTES if route.operation == "set_attributes"]
    answer = ask(world, attributes, key_of("admin"), {"city": "Rome \U0001f600"})
    assert answer.body["attributes"]["city"] == "Rome \U0001f600"
