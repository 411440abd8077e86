"""Compare docs/glossary.md with the code: its names exist, and all public names are in it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crm.api.routes import ROUTES
from crm.domain import job, source
from crm.domain.event_types import EVENT_TYPES

ROOT = Path(__file__).parents[2]
CRM = ROOT / "layers/shared/crm"
PAGE = (ROOT / "docs/glossary.md").read_text()
SCHEMAS: dict[str, Any] = json.loads((ROOT / "docs/openapi.json").read_bytes())["components"]["schemas"]
ENTRIES = [
    [cell.strip() for cell in line.strip("|").split(" |")]
    for line in PAGE.partition("|---|---|---|---|\n")[2].splitlines()
]
TERMS = [entry[0] for entry in ENTRIES]
PACKAGES = sorted(
    str(package.parent.relative_to(CRM))
    for layer in ("domain", "services")
    for package in CRM.glob(f"{layer}/*/__init__.py")
)


RESOURCES = sorted({route.path.split("/")[2] for route in ROUTES if route.authorized})


def paths_of(name: str) -> list[str]:
    return name.partition(" ")[2].split("/")


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_entry_has_a_meaning_and_a_module() -> None:
    assert len(ENTRIES) > 80
    for term, meaning, code, _ in ENTRIES:
        assert meaning.endswith((".", ".)")), term
        assert named(code), term


def test_terms_are_sorted_and_unique() -> None:
    assert sorted(set(TERMS), key=str.casefold) == TERMS


@pytest.mark.parametrize("entry", ENTRIES, ids=TERMS)
def test_files_and_schemas_of_an_entry_exist(entry: list[str]) -> None:
    _, _, code, api = entry
    for path in named(code):
        assert (ROOT if path.startswith("functions/") else CRM).joinpath(path).is_file(), path
    for name in named(api):
        model, _, field = name.partition(".")
        schema = SCHEMAS.get(model, SCHEMAS.get(f"{model}-Output", {}))
        assert name in {route.key for route in ROUTES} or (
            schema and (not field or field in schema["properties"])
        ), name


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_a_term(package: str) -> None:
    assert any(path.startswith(f"{package}/") for entry in ENTRIES for path in named(entry[2]))


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_resource_of_the_api_has_a_term(resource: str) -> None:
    assert any(resource in paths_of(name) for entry in ENTRIES for name in named(entry[3]))


@pytest.mark.parametrize(
    ("term", "words"),
    [("Job", job.JOB_KINDS), ("Change event", EVENT_TYPES), ("Source", source.SOURCE_KINDS)],
)
def test_an_entry_lists_every_kind(term: str, words: tuple[str, ...]) -> None:
    meaning = ENTRIES[TERMS.index(term)][1]
    assert set(named(meaning)) == set(words)


def test_every_kind_of_definition_has_a_term() -> None:
    kinds = {
        "Tag",
        "List",
        "Segment",
        "Attribute",
        "Aggregate",
        "Score",
        "Expression",
        "Form",
        "Webhook",
        "Source",
    }
    assert kinds <= set(TERMS)
