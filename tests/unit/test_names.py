"""A public name has one meaning: it is defined once, with the listed exceptions."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from crm.openapi import document

LAYER = Path("layers/shared/crm")

PER_MODULE = {
    "ROUTES": "each module of `api/routes` declares its own, and `api/routes/__init__.py` joins them",
    "T": "a type variable means nothing outside its module",
}

VERBS_OF_MODULES = {"change", "define", "dumps", "from_record", "loads", "to_record"}
"""Functions that are called by the name of their module: `stored_profile.dumps`, `attribute.define`."""

REPRESENTED = {
    "Activity",
    "ApiKey",
    "Attribute",
    "Dialect",
    "EventCategories",
    "Form",
    "Identity",
    "ImportMapping",
    "Job",
    "Preview",
    "PreviewWarning",
    "Rejection",
    "Segment",
    "Selector",
    "Source",
    "Submission",
    "Tag",
    "Target",
    "ValueDefinition",
    "Webhook",
    "Window",
}
"""A model in `api/models` that shows one thing of the domain has the name of its class."""


def names_in(tree: ast.Module) -> Iterator[str]:
    """Yield the public classes, constants and aliases that a module defines."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign):
            targets = [one.elts if isinstance(one, ast.Tuple) else [one] for one in node.targets]
            yield from (one.id for several in targets for one in several if isinstance(one, ast.Name))


@cache
def defined() -> dict[str, set[str]]:
    """Return the modules that define each public name, for those that start with a capital."""
    places = defaultdict(set)
    for path in sorted(LAYER.rglob("*.py")):
        for name in names_in(ast.parse(path.read_text())):
            if name[0].isupper():
                places[name].add(path.relative_to(LAYER).with_suffix("").as_posix())
    return places


def is_model_and_command(places: set[str]) -> bool:
    """Decide whether these are the model of a body and its static type, which tests/unit/test_commands.py compares."""
    folders = {place.rpartition("/")[0] for place in places}
    return folders == {"api/models", "domain/commands"} and len(places) == len(folders)


def is_represented(name: str, places: set[str]) -> bool:
    """Decide whether these are a class of the domain and the one model that shows it."""
    models = [place for place in places if place.startswith("api/models/")]
    rest = [place for place in places if place.startswith("domain/") and "commands" not in place]
    return (
        name in REPRESENTED and len(models) == 1 and len(rest) == 1 and len(places) == len(models) + len(rest)
    )


def test_a_public_function_of_the_domain_is_defined_once() -> None:
    places = defaultdict(set)
    for path in sorted((LAYER / "domain").rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                places[node.name].add(path.relative_to(LAYER).as_posix())
    assert len(places) > 500
    twice = {name: sorted(found) for name, found in places.items() if len(found) > 1}
    assert {name: found for name, found in twice.items() if name not in VERBS_OF_MODULES} == {}
    assert twice.keys() >= VERBS_OF_MODULES


def test_a_public_class_or_constant_is_defined_once() -> None:
    twice = {
        name: sorted(places)
        for name, places in defined().items()
        if len(places) > 1
        and name not in PER_MODULE
        and not is_model_and_command(places)
        and not is_represented(name, places)
    }
    assert twice == {}


def test_every_listed_exception_is_defined_twice() -> None:
    places = defined()
    assert [name for name in (*PER_MODULE, *sorted(REPRESENTED)) if len(places[name]) < 2] == []


def test_a_schema_of_the_api_has_the_name_of_its_model() -> None:
    """Two models of one name would be told apart by the paths of their modules."""
    assert [name for name in document()["components"]["schemas"] if "__" in name] == []
