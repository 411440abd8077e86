"""Build HTTP responses, and map errors to statuses in one place."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crm.domain import errors
from crm.domain.errors import CrmError
from crm.domain.etag import etag_of

if TYPE_CHECKING:
    from crm.api.route import Route

Answer = dict[str, Any]
JSON = "application/json"
SUCCESS = range(200, 300)

_STATUS: tuple[tuple[type[CrmError], int], ...] = (
    (errors.TooLargeError, 400),  # as Segment answers events beyond its limits: its SDKs drop events on 400
    (errors.InvalidInputError, 400),
    (errors.UnauthorizedError, 401),
    (errors.ForbiddenError, 403),
    (errors.NotFoundError, 404),
    (errors.ConflictError, 409),
    (errors.InProgressError, 409),
    (errors.GoneError, 410),
    (errors.PreconditionFailedError, 412),
    (errors.RateLimitedError, 429),
    (errors.UnavailableError, 503),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """The response of an operation, if a body alone is not enough.

    `status`: None means the one that the route declares. `body`: JSON, or text if `media_type` is set. `person`: the
    profile whose data the body contains, if that is neither the profile in it nor the one in the path.
    """

    body: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON
    person: str | None = None


def answer_to(route: "Route", reply: Reply) -> Answer:
    """Convert the result of an operation to the response of its route."""
    status = reply.status or route.status
    if reply.media_type != JSON:
        return text_answer(status, reply.body, reply.media_type, reply.headers)
    tag = _tag(reply.body) if route.etag and status in SUCCESS else {}
    return json_answer(status, reply.body, {**tag, **reply.headers})


def brief(route: "Route", reply: Reply) -> Reply:
    """Reduce the reply for a caller without the read scope: the route's `brief` fields, and the ETag of the
    whole.
    """
    if route.brief is None or not isinstance(reply.body, dict):
        return reply
    tag = _tag(reply.body) if route.etag else {}
    return replace(reply, body=_only(reply.body, route.brief), headers={**tag, **reply.headers})


def _only(body: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Return the fields that exist; `profile.id` is the `id` within `profile`."""
    shown: dict[str, Any] = {}
    for name, _, inner in (path.partition(".") for path in fields):
        if name in body:
            nested = inner and isinstance(body[name], dict)
            shown[name] = shown.get(name, {}) | _only(body[name], [inner]) if nested else body[name]
    return shown


def _tag(body: Any) -> dict[str, str]:
    if not isinstance(body, dict) or not body.keys() >= {"id", "version"}:
        return {}
    versioned = (body.get("members") or [body["id"]])[
        0
    ]  # for a person, the version is that of the canonical profile
    return {"etag": f'"{etag_of(versioned, body["version"])}"'}


def text_answer(status: int, text: str, media_type: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Build a response with text, such as a page. Its address may contain a secret: it sends no referrer."""
    return {
        "statusCode": status,
        "headers": {
            "content-type": f"{media_type}; charset=utf-8",
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            **(headers or {}),
        },
        "body": text,
    }


def json_answer(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Build a response with a JSON body, or without a body. It is never cached, because data on a person changes."""
    if body is None:
        return {"statusCode": status, "headers": dict(headers or {})}
    return {
        "statusCode": status,
        "headers": {"content-type": JSON, "cache-control": "no-store", **(headers or {})},
        "body": json.dumps(body, separators=(",", ":")),
    }


def error_answer(error: CrmError, headers: Mapping[str, str] | None = None) -> Answer:
    """Build an error response, `{"code", "message", "details"}`, with the status of the error's class."""
    body = {"code": error.code, "message": error.message, "details": error.details}
    return json_answer(status_of(error), body, {**_headers_of(error), **(headers or {})})


def status_of(error: CrmError) -> int:
    """Return the HTTP status of an error class. Raises LookupError for a class without a status."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    raise LookupError(f"no HTTP status is declared for {type(error).__name__}")


def _headers_of(error: CrmError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(error, errors.RetryLaterError):
        headers["retry-after"] = str(error.retry_after)
    if isinstance(error, errors.RateLimitedError):
        headers["x-ratelimit-reset"] = str(error.reset_at)
    if isinstance(error, errors.UnauthorizedError):
        headers["www-authenticate"] = 'Bearer realm="customer data"'
    return headers
