"""Accept events of SDKs, servers and the project's snippet by HTTP, and append them to the log."""

import gc
import time
import uuid
from typing import Any

from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.tracking.wire import MESSAGE_TYPES
from crm.http import Answer, json_answer, respond
from crm.http.raw_body import raw_body
from crm.observability import traced
from crm.services.tracking.track import TrackingRequest, track

# The objects of a request are freed when it ends, because they form no cycles. Garbage collection after every 700
# objects, among all that botocore has loaded, took a third of the CPU of a batch.
gc.set_threshold(100_000)

_ATTEMPTS = ("x-retry-count", "rsa-retry-attempt")
"""Headers in which the SDKs of Segment and RudderStack count their retries."""


@traced
def handler(event: dict[str, Any], context: object) -> Answer:
    """Accept `POST /v1/{type}`, `POST /beacon/v1/batch` and the paths of other SDKs, payload 2.0 of an HTTP API."""
    return respond(lambda: _record(event), route=event["routeKey"])


def _record(event: dict[str, Any]) -> Answer:
    outcome = track(_read(event), now=time.time_ns() // 1_000_000, new_id=_new_id)
    return json_answer(200, outcome.answer())


def _read(event: dict[str, Any]) -> TrackingRequest:
    headers, http = event.get("headers") or {}, event["requestContext"]["http"]
    query = event.get("queryStringParameters") or {}
    return TrackingRequest(
        type=_type_of(event),
        body=_body_of(event),
        authorization=headers.get("authorization"),
        header_key=headers.get("x-write-key"),
        query_key=query.get("writeKey"),
        origin=headers.get("origin"),
        user_agent=headers.get("user-agent"),
        ip=http.get("sourceIp"),
        archived=headers.get("x-backfill", "").strip().lower() == "true",
        repeated=any(headers.get(name, "0") != "0" for name in _ATTEMPTS),
    )


def _type_of(event: dict[str, Any]) -> str:
    spelling = (event.get("pathParameters") or {}).get("type", "batch")  # the beacon's path has no parameter
    if spelling not in MESSAGE_TYPES:
        raise NotFoundError(
            "Send events to /v1/ followed by identify, track, page, screen, group, alias or batch."
        )
    return MESSAGE_TYPES[spelling]


def _body_of(event: dict[str, Any]) -> bytes:
    try:
        return raw_body(event)
    except ValueError:
        raise InvalidInputError(
            "The body is marked as base64, but is not valid base64.", code="invalid_body"
        ) from None


def _new_id() -> str:
    return str(uuid.uuid4())
