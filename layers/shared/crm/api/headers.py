"""Declare the HTTP headers of the API for the OpenAPI document."""

from typing import Any

from crm.api.route import Route

_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of the version that was read. A newer version is not changed; the response is 412.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A new random text for each new request. A request that is repeated with the same key within "
    "24 hours is performed once and gets the same response.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_BACKFILL = {
    "name": "X-Backfill",
    "in": "header",
    "description": "Marks historical events from an archive: they keep their times, although their `sentAt` is old.",
    "schema": {"const": "true"},
}
_ETAG = {"description": "Version of the resource, for `If-Match`.", "schema": {"type": "string"}}
_REPLAYED = {
    "description": "Present if this is the response to an earlier request with the same `Idempotency-Key`.",
    "schema": {"const": "true"},
}


def request_headers(route: Route) -> list[dict[str, Any]]:
    """Return the header parameters that a route takes."""
    declared = (
        (_IF_MATCH, route.conditional),
        (_IDEMPOTENCY_KEY, route.repeatable),
        (_BACKFILL, route.function == "track_events"),
    )
    return [header for header, is_taken in declared if is_taken]


def response_headers(route: Route) -> dict[str, dict[str, Any]]:
    """Return the headers of a successful response, by name."""
    tagged = route.etag and route.response is not None
    replayed = route.repeatable and not route.secret
    return ({"ETag": _ETAG} if tagged else {}) | ({"Idempotent-Replayed": _REPLAYED} if replayed else {})
