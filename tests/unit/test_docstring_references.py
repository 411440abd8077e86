"""The modules, functions and constants that docstrings name exist, also after renames."""

import ast
import builtins
import importlib
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for folder in ("layers/shared/crm", "functions") for path in (ROOT / folder).rglob("*.py")
)
QUALIFIED = re.compile(r"`(crm(?:\.\w+)+)`")
CONSTANT = re.compile(r"(?<![\w`.])_?[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")
RAISED = re.compile(r"\b[A-Z]\w+Error\b")


def docstrings(tree: ast.Module) -> Iterator[str]:
    """Yield the texts that stand alone: docstrings, and the descriptions behind constants."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.value.value


def names_in(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module defines, imports or reads, and its texts, which may be names of variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def trees() -> dict[str, ast.Module]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in FILES}


def exists(qualified: str) -> bool:
    """Decide whether this is a module or what a module defines, without loading models."""
    module, _, name = qualified.rpartition(".")
    try:
        return importlib.util.find_spec(qualified) is not None or hasattr(
            importlib.import_module(module), name
        )
    except ModuleNotFoundError:  # `module` is not a package
        return hasattr(importlib.import_module(module), name)


def test_qualified_names_in_docstrings_exist() -> None:
    found = {
        (path, name)
        for path, tree in trees().items()
        for text in docstrings(tree)
        for name in QUALIFIED.findall(text)
    }
    assert len(found) > 20
    assert [one for one in sorted(found) if not exists(one[1])] == []


def test_constants_and_errors_in_docstrings_exist() -> None:
    known = set(dir(builtins)) | {name for tree in trees().values() for name in names_in(tree)}
    named = {
        (path, name)
        for path, tree in trees().items()
        for text in docstrings(tree)
        for name in (*CONSTANT.findall(text), *RAISED.findall(text))
    }
    assert len(named) > 100
    assert [one for one in sorted(named) if one[1] not in known] == []
