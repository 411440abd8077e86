"""Answer requests to undeclared routes, which API Gateway sends to its `$default` route."""

import re
from typing import Any

from crm.api.routes import ROUTES
from crm.http.answers import Answer, json_answer


def answer_unknown_route(event: dict[str, Any]) -> Answer:
    """Answer 404 `not_found`, or 405 `method_not_allowed` if the path exists with other methods."""
    path = event["rawPath"]
    methods = sorted(
        {route.method for route in ROUTES for known in route.paths if _pattern(known).fullmatch(path)}
    )
    if methods:
        allowed = ", ".join(methods)
        body = {"code": "method_not_allowed", "message": f"this path supports {allowed}", "details": {}}
        return json_answer(405, body, {"allow": allowed})
    body = {"code": "not_found", "message": "this path does not exist: see /docs", "details": {}}
    return json_answer(404, body)


def _pattern(path: str) -> re.Pattern[str]:
    greedy = re.sub(r"\\{\w+\\\+\\}", ".+", re.escape(path))
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", greedy))
