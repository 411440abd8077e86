"""Every route of the template, called with each kind of key: who is allowed, and the errors of the others."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from crm.api.route import ANY_KEY, PUBLIC, WRITE_KEY, Route
from crm.api.routes import ROUTES
from crm.domain.api_key import SCOPES
from crm.domain.source import Source
from crm.services.access import api_keys, sources
from tests.support.gateway import Answer, Client
from tests.support.template import template_routes
from tests.support.thoroughness import some_of
from tests.support.wired_deployment import Clock, empty, wired

GUARDED = [route for route in ROUTES if route.authorized]
WRITE_KEY_ROUTES = {
    "POST /v1/{type}",
    "POST /beacon/v1/batch",
    "POST /sdk/{type}",
    "POST /api/public/apps/{type}",
    "POST /api/s/{type}",
    "POST /api/s/s2s/{type}",
}
PUBLIC_ROUTES = {
    "GET /tracker.js",
    "GET /tracker-extras.js",
    "GET /v1/projects/{write_key}/settings",
    "GET /sourceConfig",
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/{file}",
    "GET /demo",
    "GET /console",
    "GET /console/{path+}",
    "POST /v1/forms/{id}",
    "GET /v1/forms/{id}/embed",
    "GET /unsubscribe/{token}",
    "POST /unsubscribe/{token}",
    "GET /confirm/{token}",
    "POST /confirm/{token}",
}
"""The routes that are public by decision; all other routes need a key."""


NOW = 1_795_289_400_000


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """The API of a deployment with nothing but keys, so that an allowed request finds nothing."""
    with wired(Clock(NOW)) as wire:
        wire.start(empty(), {}, {})
        sources.clear_cache()
        yield Client()
    sources.clear_cache()


@pytest.fixture(scope="module")
def api_key(client: Client) -> Callable[..., str]:
    """Return a key with these scopes (none: admin)."""
    return cache(lambda *scopes: api_keys.create("test", scopes or ("admin",), now=NOW)[1])


@pytest.fixture(scope="module")
def source(client: Client) -> Source:
    return sources.create(name="Shop", kind="web", now=NOW)


@pytest.fixture(scope="module")
def limited_key(client: Client) -> str:
    return api_keys.create("limited", ["admin"], classes=["vip"], now=NOW)[1]


@pytest.fixture(scope="module")
def revoked_key(client: Client) -> str:
    key, plain = api_keys.create("revoked", ["admin"], now=NOW)
    api_keys.revoke(key.id, now=NOW)
    return plain


def call(client: Client, key: str, **sent: str) -> Answer:
    """Call a route without values of its path parameters and without a body."""
    method, path = key.split(" ")
    return client(method, re.sub(r"{\w+\+?}", "0", path), key=sent.get("bearer"), headers=sent.get("headers"))  # type: ignore[arg-type]


def refused(answer: Answer, status: int, code: str) -> bool:
    return (answer.status, answer.body["code"]) == (status, code) and set(answer.body) == {
        "code",
        "message",
        "details",
    }


def on_some(start: int) -> pytest.MarkDecorator:
    """Parametrize a test of a key that no route admits: in a quick run, each route is called with one such key."""
    return pytest.mark.parametrize("route", some_of(GUARDED, start, one_in=4), ids=lambda route: route.key)


class TestUnauthorized:
    @on_some(0)
    def test_a_request_without_a_key_is_unauthorized(self, client: Client, route: Route) -> None:
        assert refused(call(client, route.key), 401, "unauthorized")

    @on_some(1)
    def test_an_unknown_key_is_unauthorized(self, client: Client, route: Route) -> None:
        assert refused(call(client, route.key, bearer="sk_" + "A" * 43), 401, "unauthorized")

    @on_some(2)
    def test_a_write_key_is_unauthorized(self, client: Client, route: Route, source: Source) -> None:
        assert refused(call(client, route.key, bearer=source.write_key), 401, "unauthorized")

    @on_some(3)
    def test_a_revoked_key_is_unauthorized(self, client: Client, route: Route, revoked_key: str) -> None:
        assert refused(call(client, route.key, bearer=revoked_key), 401, "unauthorized")


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.key)
class TestGuarded:
    def test_a_single_scope_is_admitted_only_where_it_suffices(
        self, client: Client, route: Route, api_key: Callable[..., str]
    ) -> None:
        others = [scope for scope in SCOPES if scope not in {*route.scopes, "admin"}]
        for scope in (*route.scopes, "admin", *some_of(others, GUARDED.index(route), one_in=5)):
            answer = call(client, route.key, bearer=api_key(scope))
            if set(route.scopes) <= {scope} or scope == "admin":
                assert answer.status not in {401, 403}
            else:
                assert refused(answer, 403, "forbidden")

    def test_the_declared_scopes_are_required_together(
        self, client: Client, route: Route, api_key: Callable[..., str]
    ) -> None:
        scopes = route.scopes
        assert call(client, route.key, bearer=api_key(*scopes)).status not in {401, 403}
        for missing in scopes:
            others = [scope for scope in SCOPES if scope not in {missing, "admin"}]
            answer = call(client, route.key, bearer=api_key(*others))
            assert refused(answer, 403, "forbidden")
            assert answer.body["details"] == {"scope": missing}

    def test_a_limited_key_is_admitted_only_to_limited_routes(
        self, client: Client, route: Route, limited_key: str
    ) -> None:
        answer = call(client, route.key, bearer=limited_key)
        if route.limited:
            assert answer.status not in {401, 403}
        else:
            assert refused(answer, 403, "forbidden")
            assert answer.body["details"] == {"classes": ["vip"]}


def test_the_template_maps_the_declared_routes() -> None:
    mapped = {f"{route.method} {route.path}" for route in template_routes()}
    assert mapped == {route.key for route in ROUTES}


def test_the_template_maps_each_route_to_its_function() -> None:
    mapped = {f"{route.method} {route.path}": route.function for route in template_routes()}
    assert mapped == {route.key: route.function for route in ROUTES}


def test_exactly_the_guarded_routes_have_the_authorizer() -> None:
    asked = {f"{route.method} {route.path}" for route in template_routes() if route.authorized}
    assert asked == {route.key for route in GUARDED}


@pytest.mark.parametrize(
    "route",
    [route for route in GUARDED if route.access.endswith(":write") and route.response and "{" in route.path],
    ids=lambda route: route.key,
)
def test_a_change_declares_its_response_without_the_read_scope(
    route: Route,
) -> None:
    assert route.brief or route.read_scope in route.also or route.read_scope not in SCOPES


def test_the_routes_without_an_api_key_are_the_intended_ones() -> None:
    assert {route.key for route in ROUTES if route.access == PUBLIC} == PUBLIC_ROUTES
    assert {route.key for route in ROUTES if route.access == WRITE_KEY} == WRITE_KEY_ROUTES
    assert {route.access for route in ROUTES} <= {PUBLIC, WRITE_KEY, ANY_KEY, *SCOPES}


@pytest.mark.parametrize("key", sorted(PUBLIC_ROUTES))
def test_public_routes_require_no_key(client: Client, api_key: Callable[..., str], key: str) -> None:
    (declared,) = [route for route in ROUTES if route.key == key]
    shown = [
        call(client, key),
        call(client, key, bearer="sk_" + "A" * 43),
        call(client, key, bearer=api_key()),
    ]
    assert {answer.status for answer in shown}.isdisjoint({401, 403} - set(declared.errors))
    assert len({answer.status for answer in shown}) == 1


def test_event_routes_require_a_write_key(client: Client, api_key: Callable[..., str]) -> None:
    event = {"type": "track", "event": "Tried", "anonymousId": "a"}
    batches = ("/v1/batch", "/beacon/v1/batch", "/sdk/batch", "/api/public/apps/batch")
    for path in ("/v1/track", *batches, "/api/s/track", "/api/s/s2s/track"):
        for key in (None, api_key()):
            answer = client("POST", path, {"batch": [event]} if "batch" in path else event, key=key)
            assert refused(answer, 401, "unauthorized")


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/profiles/1/secrets", "/v1/api-keys/1/reveal", "/v2/profiles"]
)
def test_an_undeclared_path_is_not_found(client: Client, api_key: Callable[..., str], path: str) -> None:
    assert client("GET", path, key=api_key()).status == 404


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_undeclared_method_is_not_allowed(
    client: Client, api_key: Callable[..., str], method: str
) -> None:
    declared, admin = {route.key for route in ROUTES}, api_key()
    for path in some_of(sorted({route.path for route in ROUTES}), len(method), one_in=4):
        if f"{method} {path}" not in declared:
            answer = call(client, f"{method} {path}", bearer=admin)
            # A POST to one part after /v1 is an event of that type: an unknown one.
            assert (answer.status, answer.body["code"]) in {(405, "method_not_allowed"), (404, "not_found")}
