"""The domain is pure: the clock, ids and random numbers come in as arguments (imports are held by import-linter)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "layers/shared/crm/domain"
MODULES = sorted(DOMAIN.rglob("*.py"))
NEW_EACH_TIME = {"uuid1", "uuid4", "uuid6", "uuid7", "now", "utcnow", "today", "urandom", "getenv"}
"""Functions of the standard library that return a different result in each call."""

OF_THE_PROCESS = {"hash", "id", "input", "open", "globals"}
"""Built-in functions that depend on the process or on its files: `hash` of a text differs between processes."""

SUSPECT = re.compile(rf"\b({'|'.join(NEW_EACH_TIME)})\b|\b({'|'.join(OF_THE_PROCESS)})\s*\(")
"""What each source with an impure call contains; the others need not be parsed."""


def impure_calls(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)) if SUSPECT.search(source) else ():
        if isinstance(node, ast.Attribute) and node.attr in NEW_EACH_TIME and _is_of_a_library(node.value):
            yield ast.unparse(node)
        if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("crm."):
            yield from (alias.name for alias in node.names if alias.name in NEW_EACH_TIME)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OF_THE_PROCESS:
            yield f"{node.func.id}()"


def _is_of_a_library(value: ast.expr) -> bool:
    return ast.unparse(value).split(".")[-1] in {"uuid", "datetime", "date", "os"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(DOMAIN)))
def test_a_module_of_the_domain_makes_no_impure_calls(module: Path) -> None:
    assert list(impure_calls(module.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4",
        "from datetime import datetime, UTC\ndatetime.now(UTC)",
        "import datetime\ndatetime.date.today()",
        "hash('text')",
        "open('file')",
    ],
)
def test_an_impure_call_is_detected(source: str) -> None:
    assert list(impure_calls(source))
