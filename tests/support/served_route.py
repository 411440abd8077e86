"""Routes of a test, served like the declared ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from crm.api.route import Route
from crm.http import serve_routes
from crm.http.request import Request

ADMIN = {"principal": "key:1", "scopes": "admin"}

Call = Callable[..., dict[str, Any]]


def serve_one(patch: pytest.MonkeyPatch, route: Route, operation: Callable[[Request], Any]) -> Call:
    """Return `call(body, headers={}, path={}, caller=ADMIN)`, which returns the Lambda response of this one route."""
    operation.__name__ = route.operation
    patch.setattr(serve_routes, "ROUTES", (route,))
    handler = serve_routes.serve(route.function, operation)

    def call(
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        path: Mapping[str, str] | None = None,
        caller: Mapping[str, str] | None = ADMIN,
    ) -> dict[str, Any]:
        event = {
            "routeKey": route.key,
            "rawPath": route.path.format(**path or {}),
            "rawQueryString": "",
            "headers": {name.lower(): value for name, value in (headers or {}).items()},
            "pathParameters": dict(path or {}),
            "requestContext": {"authorizer": {"lambda": dict(caller)}} if caller else {},
            "isBase64Encoded": False,
        }
        if body is not None:
            event["body"] = json.dumps(body)
        return handler(event, None)

    return call
