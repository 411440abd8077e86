"""The HTTP layer, as API Gateway's HTTP API defines it (payload 2.0): requests, responses, errors, authorization."""

from typing import TYPE_CHECKING, Any

from crm.http.answers import Answer, Reply, error_answer, json_answer
from crm.http.boundary import UnexpectedError, respond

if TYPE_CHECKING:
    from crm.http.request import Request
    from crm.http.serve_routes import serve

__all__ = [
    "Answer",
    "Reply",
    "Request",
    "UnexpectedError",
    "error_answer",
    "json_answer",
    "respond",
    "serve",
]


def __getattr__(name: str) -> Any:
    # The declared routes are loaded only by the functions that serve them: `track_events` starts faster without them.
    if name not in {"Request", "serve"}:
        raise AttributeError(name)
    from crm.http import serve_routes

    return getattr(serve_routes, name)
