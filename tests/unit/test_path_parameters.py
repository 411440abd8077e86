"""Handlers read path parameters by name: each name must be in the route's path, which mypy cannot check."""

import ast
import re
from pathlib import Path

from crm.api.routes import ROUTES

FUNCTIONS = Path(__file__).parents[2] / "functions"


def reads(function: str) -> dict[str, set[str]]:
    """Return the names of path parameters that each operation of a function reads itself."""
    tree = ast.parse((FUNCTIONS / function / "app.py").read_text())
    return {
        operation.name: {
            node.slice.value
            for node in ast.walk(operation)
            if isinstance(node, ast.Subscript)
            and ast.unparse(node.value) == "request.path"
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        }
        for operation in tree.body
        if isinstance(operation, ast.FunctionDef)
    }


def test_an_operation_reads_only_parameters_of_its_path() -> None:
    read = {function: reads(function) for function in {route.function for route in ROUTES}}
    found = [
        (
            route,
            read[route.function].get(route.operation, set()),
            set(re.findall(r"\{(\w+)\+?\}", route.path)),
        )
        for route in ROUTES
    ]
    assert [(route.key, names - declared) for route, names, declared in found if names - declared] == []
    assert sum(bool(names) for _, names, _ in found) > len(ROUTES) / 3
