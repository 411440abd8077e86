"""The types of change events are in one list, with which code, docs, API and samples agree."""

import json
import re
from functools import cache
from typing import Any

import pytest

from crm.domain import activity, event_types
from crm.domain.event_types import EVENT_TYPES, WEBHOOK_TESTED
from crm.services import publish
from infra.cloudformation import ROOT, read_template

TYPES = {
    name: value for name, value in vars(event_types).items() if isinstance(value, str) and name.isupper()
}
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", *(ROOT / "events").glob("*.json")])
_QUOTE = r"""[`"\\]"""
LIKE_A_TYPE = re.compile(
    rf"{_QUOTE}(?P<type>(?:Profile|Segment|Consent|Identity|Webhook) [A-Z][a-z]+(?: [A-Z][a-z]+)*){_QUOTE}"
)


def test_the_list_contains_every_event_type() -> None:
    assert set(TYPES.values()) == {*EVENT_TYPES, WEBHOOK_TESTED}
    assert len(set(EVENT_TYPES)) == len(EVENT_TYPES)
    assert set(EVENT_TYPES) >= publish.SEGMENT_EVENTS


@cache
def modules() -> list[tuple[str, str]]:
    """Return the names and texts of all modules."""
    paths = [*(ROOT / "layers/shared/crm").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    return [(path.name, path.read_text()) for path in paths]


@pytest.mark.parametrize("type_", TYPES.values())
def test_event_types_are_spelled_in_one_module(type_: str) -> None:
    spelled = [name for name, text in modules() if f'"{type_}"' in text]
    assert [name for name in spelled if name != "examples.py"] == ["event_types.py"]


def test_the_page_on_changes_lists_every_event_type() -> None:
    page = (ROOT / "docs/changes.md").read_text()
    assert set(re.findall(r"^\| `([A-Z][^`]+)` \|", page, re.MULTILINE)) == set(EVENT_TYPES)


def test_the_api_accepts_every_event_type() -> None:
    schemas = json.loads((ROOT / "docs/openapi.json").read_text())["components"]["schemas"]
    assert schemas["NewWebhook"]["properties"]["events"]["items"]["enum"] == list(EVENT_TYPES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_docs_and_samples_name_only_existing_event_types(page: Any) -> None:
    named = {found["type"] for found in LIKE_A_TYPE.finditer(page.read_text())}
    assert named <= set(TYPES.values())


def test_stream_filters_name_existing_activity_types() -> None:
    known = {value for value in vars(activity).values() if isinstance(value, str)}
    functions = read_template("template.yaml")["Resources"]
    patterns = [
        json.loads(found["Pattern"])["dynamodb"]
        for name in ("ProjectProfiles", "PublishChanges")
        for event in functions[name]["Properties"]["Events"].values()
        for found in event["Properties"]["FilterCriteria"]["Filters"]
    ]
    named = [
        one
        for pattern in patterns
        for choice in pattern.get("NewImage", {}).get("ty", {}).get("S", [])
        for one in (choice["anything-but"] if isinstance(choice, dict) else [choice])
    ]
    assert len(named) == 6
    assert set(named) <= known
