"""Answers, and the one map from our errors to HTTP."""

import json
from collections.abc import Mapping
from typing import Any

from crm.domain import errors
from crm.domain.errors import CrmError

Answer = dict[str, Any]

_STATUS: tuple[tuple[type[CrmError], int], ...] = (
    (errors.TooLargeError, 400),  # as Segment answers events over its limits: its SDKs drop on 400
    (errors.InvalidInputError, 400),
    (errors.UnauthorizedError, 401),
    (errors.ForbiddenError, 403),
    (errors.NotFoundError, 404),
    (errors.ConflictError, 409),
    (errors.GoneError, 410),
    (errors.PreconditionFailedError, 412),
    (errors.RateLimitedError, 429),
    (errors.UnavailableError, 503),
)


def json_answer(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body, or none at all. Never cached: what it says about a person changes."""
    if body is None:
        return {"statusCode": status, "headers": dict(headers or {})}
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", **(headers or {})},
        "body": json.dumps(body, separators=(",", ":")),
    }


def error_answer(error: CrmError, headers: Mapping[str, str] | None = None) -> Answer:
    """`{"code", "message", "details"}` with the status of its class."""
    body = {"code": error.code, "message": error.message, "details": error.details}
    return json_answer(status_of(error), body, {**_headers_of(error), **(headers or {})})


def status_of(error: CrmError) -> int:
    """Raises LookupError for a class that nobody has given a status."""
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
