"""Every route of the template, called by everybody: who gets in, and what the others are told."""

import re
from collections.abc import Callable

import pytest

from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.domain.api_key import SCOPES
from crm.domain.source import Source
from crm.services import api_keys
from tests.integration.deployment import template_routes
from tests.integration.gateway import Answer, Client

GUARDED = [route for route in ROUTES if route.authorized]
OPEN = {route.key for route in ROUTES} - {route.key for route in GUARDED}


def call(client: Client, key: str, **sent: str) -> Answer:
    """The route `key` names, with nothing at the place of its parameters and nothing in its body."""
    method, path = key.split(" ")
    return client(method, re.sub(r"{\w+\+?}", "0", path), key=sent.get("bearer"), headers=sent.get("headers"))  # type: ignore[arg-type]


def refused(answer: Answer, status: int, code: str) -> bool:
    return (answer.status, answer.body["code"]) == (status, code) and set(answer.body) == {
        "code",
        "message",
        "details",
    }


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.key)
class TestGuarded:
    def test_nobody(self, client: Client, route: Route) -> None:
        assert refused(call(client, route.key), 401, "unauthorized")

    def test_wrong_key(self, client: Client, route: Route) -> None:
        assert refused(call(client, route.key, bearer="sk_" + "A" * 43), 401, "unauthorized")

    def test_write_key(self, client: Client, route: Route, source: Source) -> None:
        assert refused(call(client, route.key, bearer=source.write_key), 401, "unauthorized")

    def test_every_scope(self, client: Client, route: Route, api_key: Callable[..., str]) -> None:
        for scope in SCOPES:
            answer = call(client, route.key, bearer=api_key(scope))
            if scope in {route.access, "admin"}:
                assert answer.status not in {401, 403}
            else:
                assert refused(answer, 403, "forbidden")

    def test_every_other_scope_together(
        self, client: Client, route: Route, api_key: Callable[..., str]
    ) -> None:
        others = [scope for scope in SCOPES if scope not in {route.access, "admin"}]
        assert refused(call(client, route.key, bearer=api_key(*others)), 403, "forbidden")

    def test_revoked_key(self, client: Client, route: Route, api_key: Callable[..., str]) -> None:
        plain = api_key()
        api_keys.revoke(api_keys.list_all()[0].id, now=1)
        assert refused(call(client, route.key, bearer=plain), 401, "unauthorized")


def test_what_is_declared_is_what_the_template_maps() -> None:
    mapped = {f"{route.method} {route.path}" for route in template_routes()}
    assert mapped == {route.key for route in ROUTES}


def test_each_route_leads_to_the_function_it_is_declared_for() -> None:
    mapped = {f"{route.method} {route.path}": route.function for route in template_routes()}
    assert mapped == {route.key: route.function for route in ROUTES}


def test_the_authorizer_is_asked_for_every_guarded_route_and_no_other() -> None:
    asked = {f"{route.method} {route.path}" for route in template_routes() if route.authorized}
    assert asked == {route.key for route in GUARDED}


def test_what_is_not_guarded_is_meant_to_be_open() -> None:
    assert {
        "POST /v1/{type}",
        "POST /beacon/v1/batch",
        "GET /tracker.js",
        "GET /v1/projects/{write_key}/settings",
        "GET /sourceConfig",
        "GET /sourceConfig/",
        "GET /openapi.json",
        "GET /docs",
        "GET /demo",
    } == OPEN


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/profiles/1/secrets", "/v1/api-keys/1/reveal", "/v2/profiles"]
)
def test_what_is_not_declared_cannot_be_reached(
    client: Client, api_key: Callable[..., str], path: str
) -> None:
    assert client("GET", path, key=api_key()).status == 404
