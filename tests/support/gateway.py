"""API Gateway's part of a request, so that tests call the API and not a handler."""

import base64
import importlib
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, unquote, urlencode

from tests.support.template import Mapped, default_function, template_routes

GATEWAY_TIME = 1_795_289_400_000
"""The time at which each request reaches API Gateway (epoch ms)."""


class HttpEvent(Protocol):
    """The type of the fixture `http_event("GET", "/v1/profiles")`."""

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | str | None = None,
        authorizer: Mapping[str, str] | None = None,
    ) -> dict[str, Any]: ...


def build_http_event(
    method: str,
    path: str,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | str | None = None,
    authorizer: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Build an HTTP API event, payload 2.0. `path` as the client writes it; a body of bytes is sent as base64."""
    raw_path = decode_path(path)
    mapped, parameters = find_route(method, raw_path)
    raw_query = query if isinstance(query, str) else urlencode(query or {})
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    request_context: dict[str, Any] = {
        "accountId": "123456789012",
        "apiId": "test",
        "domainName": "api.example.com",
        "http": {
            "method": method,
            "path": raw_path,
            "protocol": "HTTP/1.1",
            "sourceIp": "203.0.113.7",
            "userAgent": sent.get("user-agent", "test"),
        },
        "requestId": "request-1",
        "routeKey": f"{mapped.method} {mapped.path}" if mapped else "$default",
        "stage": "$default",
        "timeEpoch": GATEWAY_TIME,
    }
    if authorizer is not None:
        request_context["authorizer"] = {"lambda": dict(authorizer)}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": request_context["routeKey"],
        "rawPath": raw_path,
        "rawQueryString": raw_query,
        "headers": {"host": "api.example.com", **sent},
        "requestContext": request_context,
        "isBase64Encoded": isinstance(body, bytes),
    }
    if raw_query:
        pairs: dict[str, str] = {}
        for name, value in parse_qsl(raw_query, keep_blank_values=True):
            pairs[name] = f"{pairs[name]},{value}" if name in pairs else value
        event["queryStringParameters"] = pairs
    if parameters:
        event["pathParameters"] = parameters
    if body is not None:
        event["body"] = _as_text(body)
    return event


def _as_text(body: Any) -> str:
    if isinstance(body, bytes):
        return base64.b64encode(body).decode()
    return body if isinstance(body, str) else json.dumps(body)


def decode_path(path: str) -> str:
    """Decode a path as API Gateway does: every escape except `%25`."""
    return "%25".join(unquote(part) for part in path.split("%25"))


def find_route(method: str, path: str) -> tuple[Mapped | None, dict[str, str]]:
    """Return the most specific route for a path, and the path's parameters."""
    for mapped in _candidates(method, path.count("/")):
        if found := _pattern(mapped.path).fullmatch(path):
            return mapped, found.groupdict()
    return None, {}


@cache
def _candidates(method: str, slashes: int) -> tuple[Mapped, ...]:
    """Return the routes that a path with this number of slashes can match, the most specific first."""
    found = [
        mapped
        for mapped in template_routes()
        if mapped.method in {method, "ANY"}
        and (mapped.path.count("/") == slashes or ("+}" in mapped.path and mapped.path.count("/") <= slashes))
    ]
    return tuple(sorted(found, key=lambda mapped: ("+}" in mapped.path, mapped.path.count("{"))))


@cache
def _pattern(path: str) -> re.Pattern[str]:
    pattern = re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+)", re.escape(path))
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", pattern), re.DOTALL)


class Answer(NamedTuple):
    """The response that the client receives."""

    status: int
    body: Any
    headers: dict[str, str]


class Client:
    """A client of the API."""

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | str | None = None,
    ) -> Answer:
        """Send a request: `client("GET", "/v1/profiles", key="sk_...")`; `key` is the bearer token."""
        sent = dict(headers or {}) | ({"authorization": f"Bearer {key}"} if key else {})
        event = build_http_event(method, path, body, sent, query)
        mapped, _ = find_route(method, event["rawPath"])
        function = mapped.function if mapped else default_function()
        if function is None:
            return Answer(404, {"message": "Not Found"}, {})
        if mapped and mapped.authorized:
            event["requestContext"]["authorizer"] = {"lambda": ask_authorizer(event)}
        return _read(importlib.import_module(f"functions.{function}.app").handler(event, None))


def ask_authorizer(event: dict[str, Any]) -> dict[str, Any]:
    """Return the context that the Lambda authorizer adds to the request."""
    request = {name: value for name, value in event.items() if name not in {"body", "isBase64Encoded"}}
    answer = importlib.import_module("functions.authorize.app").handler({**request, "type": "REQUEST"}, None)
    assert answer["isAuthorized"] is True
    context: dict[str, Any] = answer["context"]
    return context


def _read(answer: dict[str, Any]) -> Answer:
    text = answer.get("body") or ""
    if answer.get("isBase64Encoded"):
        text = base64.b64decode(text).decode("utf-8", "replace")
    headers = {name.lower(): value for name, value in answer.get("headers", {}).items()}
    is_json = headers.get("content-type", "").startswith("application/json")
    return Answer(answer["statusCode"], json.loads(text) if text and is_json else text, headers)
