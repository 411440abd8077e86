"""Serve declared routes: API Gateway has matched the path already, so routing is one lookup in a dict.

Powertools' resolver would match it a second time and add 120 ms to every cold start.
"""

from collections.abc import Callable
from typing import Any

from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.http.answers import Answer, Reply, answer_to, brief
from crm.http.boundary import UnexpectedError, respond
from crm.http.permissions import admit_caller
from crm.http.request import IDEMPOTENCY_KEY, Request, read_request
from crm.http.unknown import answer_unknown_route
from crm.observability import traced

__all__ = ["Request", "UnexpectedError", "serve"]

Operation = Callable[[Request], Any]
Handler = Callable[[dict[str, Any], object], Answer]


def serve(function: str, *operations: Operation) -> Handler:
    """Return the handler of a function: each operation serves the route declared under its name.

    Raises LookupError at import if the operations are not exactly those declared for the function.
    """
    by_name = {operation.__name__: operation for operation in operations}
    routes = {route.key: route for route in ROUTES if route.function == function}
    if by_name.keys() != (declared := {route.operation for route in routes.values()}):
        raise LookupError(f"{function} serves {sorted(by_name)}, declared are {sorted(declared)}")

    @traced
    def handler(event: dict[str, Any], context: object) -> Answer:
        route = routes.get(event["routeKey"])
        if route is None:
            return answer_unknown_route(event)
        return respond(lambda: _perform(route, by_name[route.operation], event), route=route.key)

    return handler


def _perform(route: Route, operation: Operation, event: dict[str, Any]) -> Answer:
    request = read_request(route, admit_caller(route, event), event)

    def perform() -> Reply:
        result = operation(request)
        reply = result if isinstance(result, Reply) else Reply(result)
        return reply if request.principal.may(route.read_scope) else brief(route, reply)

    if route.repeatable and IDEMPOTENCY_KEY in request.headers:
        # Few requests are idempotent: the others start without its dependencies.
        from crm.http.idempotency import perform_once

        return perform_once(request, perform)
    return answer_to(route, perform())
