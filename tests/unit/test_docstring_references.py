"""The modules, functions and constants that docstrings name exist, also after renames."""

import ast
import builtins
import importlib
import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for folder in ("layers/shared/crm", "functions") for path in (ROOT / folder).rglob("*.py")
)
QUALIFIED = re.compile(r"`(crm(?:\.\w+)+)`")
CONSTANT = re.compile(r"(?<![\w`.])_?[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")
RAISED = re.compile(r"\b[A-Z]\w+Error\b")


class Source(NamedTuple):
    """What a module says and names.

    `docstrings`: the texts that stand alone, docstrings and the descriptions behind constants. `names`: those that it
    defines, imports or reads, and its texts, which may be names of variables.
    """

    docstrings: list[str]
    names: set[str]


def source_of(tree: ast.Module) -> Source:
    found = Source([], set())
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.names.add(node.id)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                found.names.add(node.value)
        elif isinstance(node, ast.Attribute):
            found.names.add(node.attr)
        elif isinstance(node, ast.alias | ast.ClassDef):
            found.names.add(node.name)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            text = node.value.value
            found.docstrings.extend([text] if isinstance(text, str) else [])
    return found


@cache
def sources() -> dict[str, Source]:
    return {str(path.relative_to(ROOT)): source_of(ast.parse(path.read_text())) for path in FILES}


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
        for path, source in sources().items()
        for text in source.docstrings
        for name in QUALIFIED.findall(text)
    }
    assert len(found) > 20
    assert [one for one in sorted(found) if not exists(one[1])] == []


def test_constants_and_errors_in_docstrings_exist() -> None:
    known = set(dir(builtins)).union(*(source.names for source in sources().values()))
    named = {
        (path, name)
        for path, source in sources().items()
        for text in source.docstrings
        for name in (*CONSTANT.findall(text), *RAISED.findall(text))
    }
    assert len(named) > 100
    assert [one for one in sorted(named) if one[1] not in known] == []
