"""Handlers read query parameters by the types of the declared parameters."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from crm.api.parameters import Parameter
from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.domain.api_key import SYSTEM
from crm.domain.commands.pages import CursorJson
from crm.http.request import Request

FUNCTIONS = Path(__file__).parents[2] / "functions"
BY_NAME = {(route.function, route.operation): route for route in ROUTES}


def reads() -> Iterator[tuple[Route, str]]:
    """Yield the routes whose operation reads query parameters, with the name of the type."""
    for path in sorted(FUNCTIONS.glob("*/app.py")):
        for operation in ast.walk(ast.parse(path.read_text())):
            if isinstance(operation, ast.FunctionDef) and (
                route := BY_NAME.get((path.parent.name, operation.name))
            ):
                for call in ast.walk(operation):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "request.query":
                        yield route, ast.unparse(call.args[0])


READS = list(reads())
QUERIES = importlib.import_module("crm.api.queries")


def type_of(parameter: Parameter) -> Any:
    returned = (
        parameter.parse if isinstance(parameter.parse, type) else get_type_hints(parameter.parse)["return"]
    )
    return returned if parameter.required or parameter.default is not None else returned | None


def parameters_of(route: Route) -> dict[str, Any]:
    declared = {one.keyword: type_of(one) for one in route.query if not one.narrows}
    decoded = {"cursor": CursorJson | None} if "cursor" in declared else {}
    return declared | decoded


@pytest.mark.parametrize(("route", "query"), READS, ids=[route.key for route, _ in READS])
def test_the_query_type_has_the_parameters_of_its_route(route: Route, query: str) -> None:
    assert get_type_hints(getattr(QUERIES, query)) == parameters_of(route)


def test_every_route_with_parameters_reads_them() -> None:
    raw = {"track_events", "serve_site"}  # they read the write key themselves
    declared = {route.key for route in ROUTES if route.query and route.function not in raw}
    assert {route.key for route, _ in READS} == declared


def test_the_query_type_of_another_route_is_refused() -> None:
    route = BY_NAME["manage_jobs", "list_jobs"]
    request = Request(route, SYSTEM, {}, {"kind": None, "state": None, "limit": 50, "cursor": None}, {})
    assert request.query(QUERIES.JobQuery)["limit"] == 50
    with pytest.raises(LookupError, match="PageQuery"):
        request.query(QUERIES.PageQuery)
    with pytest.raises(LookupError, match="not NewSource"):
        request.body(importlib.import_module("crm.domain.commands.access").NewSource)
