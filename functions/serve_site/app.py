"""Serve the public files - snippet, API document, its page, the demo - and the settings that browser SDKs request
first.

It also serves the `$default` route: preflights, paths with a trailing slash, and unknown paths.
"""

import base64
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.domain.errors import NotFoundError, UnauthorizedError
from crm.http.addresses import base_url
from crm.http.answers import Answer, json_answer
from crm.http.boundary import respond
from crm.observability import traced
from crm.settings import settings

if TYPE_CHECKING:
    from crm.domain.source import Source

Event = dict[str, Any]

DEFAULT_ROUTE = "$default"
PAGES = ("GET /docs", "GET /demo", "GET /console")
HTML = "text/html; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"
SCRIPT_CACHE = {"cache-control": "public, max-age=3600, stale-while-revalidate=86400"}
SETTINGS_CACHE = {"cache-control": "private, max-age=60"}
# The pages are self-contained; they load the snippet and the document from here and send events here.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Swagger UI embeds its icons as data URLs.
REFERENCE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REFERENCE_FILES = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "reference.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "reference.css": "text/css; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file next to this module, compressed once per container, because HTTP APIs do not compress."""

    content: bytes
    compressed: bytes
    etag: str


def get_tracker(event: Event) -> Answer:
    return _send("tracker.js", SCRIPT, event, SCRIPT_CACHE)


def get_tracker_extras(event: Event) -> Answer:
    return _send("tracker-extras.js", SCRIPT, event, SCRIPT_CACHE)


def get_openapi(event: Event) -> Answer:
    return _send("openapi.json", "application/json", event, {})


def get_docs(event: Event) -> Answer:
    return _send("reference/index.html", HTML, event, {"content-security-policy": REFERENCE_POLICY})


def get_docs_file(event: Event) -> Answer:
    name = event["pathParameters"]["file"]
    if name not in REFERENCE_FILES:
        raise NotFoundError("the page at /docs has no such file")
    return _send(f"reference/{name}", REFERENCE_FILES[name], event, {"cache-control": "public, max-age=3600"})


def get_demo(event: Event) -> Answer:
    if not settings().demo_page:
        raise NotFoundError("the demo page is off: set the parameter DemoPage to on")
    return _send("demo.html", HTML, event, {"content-security-policy": PAGE_POLICY})


def get_client_settings(event: Event) -> Answer:
    """Return the settings that @segment/analytics-next requests. Without `metrics` it would send telemetry
    elsewhere.
    """
    source = _source(event["pathParameters"]["write_key"])
    if source is None or not source.enabled:
        raise NotFoundError("no enabled source has this write key")
    protocol, _, host = base_url(event, below="/v1/projects/").partition("://")
    segment = {"apiKey": source.write_key, "apiHost": f"{host}/v1", "protocol": protocol}
    body = {"integrations": {"Segment.io": segment}, "metrics": {"sampleRate": 0}}
    return json_answer(200, body, SETTINGS_CACHE)


def get_source_config(event: Event) -> Answer:
    """Return the settings that @rudderstack/analytics-js requests. For a disabled source, they make the SDK send
    nothing.
    """
    source = _source(_sent_write_key(event))
    if source is None:
        raise UnauthorizedError(
            "no source has this write key: send it by Basic authorization or as ?writeKey="
        )
    described = {
        "id": source.id,
        "name": source.name,
        "writeKey": source.write_key,
        "workspaceId": "default",
        "config": {},
        "enabled": source.enabled,
        "destinations": [],
    }
    return json_answer(200, {"source": described}, SETTINGS_CACHE)


OPERATIONS: dict[str, Callable[[Event], Answer]] = {
    "GET /tracker.js": get_tracker,
    "GET /tracker-extras.js": get_tracker_extras,
    "GET /v1/projects/{write_key}/settings": get_client_settings,
    "GET /sourceConfig": get_source_config,
    "GET /openapi.json": get_openapi,
    "GET /docs": get_docs,
    "GET /docs/{file}": get_docs_file,
    "GET /demo": get_demo,
}


@traced
def handler(event: Event, _context: object) -> Answer:
    """Answer a public GET request of the HTTP API, and requests without a route."""
    route = event["routeKey"]
    if route == DEFAULT_ROUTE:
        method, path = event["requestContext"]["http"]["method"], event["rawPath"]
        if method == "OPTIONS":
            # A preflight: API Gateway adds the CORS headers of the template, and ignores those of a function.
            return json_answer(204)
        route = f"{method} {path.removesuffix('/')}"
        if route in PAGES and path.endswith("/"):
            return _without_slash(event)
    if route not in OPERATIONS:
        return _unknown(event)
    return respond(lambda: OPERATIONS[route](event), route=route)


def _without_slash(event: Event) -> Answer:
    """Redirect to the page without a trailing slash, because its links are relative to that address."""
    page, query = event["rawPath"].rstrip("/").rpartition("/")[2], event.get("rawQueryString")
    return json_answer(308, headers={"location": f"../{page}?{query}" if query else f"../{page}"})


def _unknown(event: Event) -> Answer:
    # Loads the declarations of all routes, which the files do not need.
    from crm.http.unknown import answer_unknown_route

    return answer_unknown_route(event)


def _send(name: str, content_type: str, event: Event, headers: dict[str, str]) -> Answer:
    file = _file(name)
    fields = {
        "cache-control": "no-cache",
        "content-type": content_type,
        "etag": file.etag,
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
        **headers,
    }
    if file.etag in event["headers"].get("if-none-match", ""):
        return {"statusCode": 304, "headers": fields}
    if "gzip" not in event["headers"].get("accept-encoding", ""):
        return {"statusCode": 200, "headers": fields, "body": file.content.decode()}
    return {
        "statusCode": 200,
        "headers": {**fields, "content-encoding": "gzip"},
        "body": base64.b64encode(file.compressed).decode(),
        "isBase64Encoded": True,
    }


@cache
def _file(name: str) -> File:
    content = (Path(__file__).parent / name).read_bytes()
    # A weak ETag, because the compressed form has the same one.
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'
    return File(content, gzip.compress(content, 9, mtime=0), etag)


def _source(write_key: str) -> "Source | None":
    # Loads the AWS client, which the files do not need.
    from crm.services.access.sources import resolve_write_key

    return resolve_write_key(write_key)


def _sent_write_key(event: Event) -> str:
    scheme, _, credentials = event["headers"].get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
        except ValueError:  # not base64, not ASCII, not UTF-8
            return ""
    return str((event.get("queryStringParameters") or {}).get("writeKey", ""))
