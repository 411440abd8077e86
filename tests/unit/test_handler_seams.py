"""Check calls of services by handlers where mypy cannot: fields that may be missing, and path parameters."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm.api.routes import ROUTES

FUNCTIONS = Path(__file__).parents[2] / "functions"
PARAMETER = re.compile(r"{(\w+)\+?}")


def modules() -> Iterator[tuple[Any, ast.Module]]:
    for path in sorted(FUNCTIONS.glob("*/app.py")):
        name = path.parent.name
        if any(route.function == name for route in ROUTES):
            yield importlib.import_module(f"functions.{name}.app"), ast.parse(path.read_text())


def is_body(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Call) and ast.unparse(argument.func) == "request.body"


def spread() -> Iterator[tuple[str, Any, Any]]:
    """Yield the services that are called with all fields of a body, and the type of the body."""
    for module, tree in modules():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call):
                for argument in call.keywords:
                    if argument.arg is None and is_body(argument.value):
                        service = eval(ast.unparse(call.func), vars(module))  # noqa: S307 - our own source
                        command = eval(ast.unparse(argument.value.args[0]), vars(module))  # type: ignore[attr-defined] # noqa: S307
                        yield f"{module.__name__}: {ast.unparse(call.func)}", service, command


SPREAD = list(spread())


@pytest.mark.parametrize(("service", "command"), [one[1:] for one in SPREAD], ids=[one[0] for one in SPREAD])
def test_an_optional_field_has_a_default_in_the_service(service: Any, command: Any) -> None:
    parameters = inspect.signature(service).parameters.values()
    needed = {one.name for one in parameters if one.default is one.empty and one.kind is not one.VAR_KEYWORD}
    assert needed & command.__optional_keys__ == set()


def test_calls_with_spread_bodies_are_found() -> None:
    assert len(SPREAD) > 10


@pytest.mark.parametrize("function", sorted({route.function for route in ROUTES}))
def test_handlers_read_only_declared_path_parameters(function: str) -> None:
    source = (FUNCTIONS / function / "app.py").read_text()
    declared = {
        name for route in ROUTES if route.function == function for name in PARAMETER.findall(route.key)
    }
    assert set(re.findall(r'request\.path\["(\w+)"\]', source)) <= declared
