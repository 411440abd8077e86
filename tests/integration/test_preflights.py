"""Preflight requests of browsers before calls from a page of another origin, for each SDK.

API Gateway sends a preflight to the `$default` route and adds the CORS headers of the template to the response.
"""

from typing import NamedTuple

import pytest

from crm.api.routes import ROUTES
from tests.support.gateway import Client
from tests.support.template import of_type, template_routes

(API,) = of_type("AWS::Serverless::HttpApi").values()
CORS = API["CorsConfiguration"]
RUDDERSTACK = (
    "anonymousid,authorization,content-type,rsa-recovered,rsa-retry-attempt,rsa-retry-reason,"
    "rsa-since-first-attempt,rsa-since-last-attempt,sentat"
)


class Preflight(NamedTuple):
    """`headers` as `Access-Control-Request-Headers` has them."""

    path: str
    method: str
    headers: str


PREFLIGHTS = {
    "RudderStack, its settings": Preflight("/sourceConfig/", "GET", "authorization,content-type"),
    "RudderStack, an event": Preflight("/v1/track", "POST", "anonymousid,authorization,content-type"),
    "RudderStack, a batch tried again": Preflight("/v1/batch", "POST", RUDDERSTACK),
    "Segment, an event": Preflight("/v1/t", "POST", "authorization"),
    "Segment, tried again": Preflight("/v1/i", "POST", "authorization,x-retry-count"),
    "Segment, a batch as JSON": Preflight("/v1/b", "POST", "authorization,content-type,x-retry-count"),
    "Jitsu, a key in a header of its own": Preflight("/v1/track", "POST", "content-type,x-write-key"),
    "PostHog's way, with a proxy's header": Preflight("/v1/batch", "POST", "content-type,x-posthog-token"),
    "a form sent as JSON": Preflight("/v1/forms/newsletter", "POST", "content-type,idempotency-key"),
    "an interface that edits": Preflight(
        "/v1/profiles/0/attributes", "PATCH", "authorization,content-type,if-match"
    ),
    "an interface that deletes": Preflight("/v1/sources/0", "DELETE", "authorization"),
    "an interface that adds a tag": Preflight("/v1/profiles/0/tags/vip", "PUT", "authorization"),
    "monitoring beside it": Preflight(
        "/v1/profiles", "GET", "authorization,baggage,sentry-trace,traceparent,x-datadog-trace-id"
    ),
}


def permits(preflight: Preflight) -> bool:
    """Return whether a browser allows a request without cookies with the template's CORS headers (Fetch standard)."""
    named = {header.lower() for header in CORS["AllowHeaders"]}
    requested = set(preflight.headers.split(","))
    unnamed = requested - named
    wildcard = "*" in named and "authorization" not in unnamed
    return preflight.method in CORS["AllowMethods"] and (wildcard or not unnamed)


@pytest.mark.parametrize("preflight", PREFLIGHTS.values(), ids=PREFLIGHTS)
def test_cors_headers_permit_the_requests_of_sdks(client: Client, preflight: Preflight) -> None:
    requested = {
        "origin": "https://shop.example",
        "access-control-request-method": preflight.method,
        "access-control-request-headers": preflight.headers,
    }
    answer = client("OPTIONS", preflight.path, headers=requested)
    assert (answer.status, answer.body) == (204, "")
    assert permits(preflight)


@pytest.mark.parametrize("header", RUDDERSTACK.split(","))
def test_the_headers_of_rudderstack_are_listed_explicitly(header: str) -> None:
    assert header in {name.lower() for name in CORS["AllowHeaders"]}


def test_every_path_answers_preflights(client: Client) -> None:
    paths = {path for route in ROUTES for path in route.paths} | {"/", "/nothing/here", "/sourceConfig/"}
    assert {client("OPTIONS", path.replace("+}", "}")).status for path in paths} == {204}


def test_preflights_have_no_separate_routes() -> None:
    assert not [route for route in template_routes() if route.method in {"OPTIONS", "ANY"}]


def test_preflights_have_the_rate_limit_of_tracking_requests() -> None:
    assert API["RouteSettings"]["$default"] == API["RouteSettings"]["POST /v1/{type}"]


def test_rate_limits_refer_to_existing_routes() -> None:
    """API Gateway refuses settings of a missing route, and with them the deployment."""
    routes = {f"{route.method} {route.path}" for route in template_routes()}
    assert API["RouteSettings"].keys() - {"$default"} <= routes


def test_no_route_ends_with_a_slash() -> None:
    """SAM accepts such a route, but API Gateway does not create it: `$default` receives the request."""
    assert not [route for route in template_routes() if route.path.endswith("/")]
