"""Tests and benches deliver stream records to the functions that the filters of the template select."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from crm.domain.activity import CONFLICT, ENTERED, LEFT, RESENT, SEGMENTS_CHANGED
from tests.support.dynamodb.memory_table import Change
from tests.support.stage import stream_record
from tests.support.template import of_type
from tests.support.world import listeners

SORT_KEYS = ("PROFILE", "A#2026-11-21T10:00:00.000Z#m-1", "M#segment#seg_1", "D", "N#1", "AB", "PROFILES")
TYPES = (None, "track", CONFLICT, RESENT, ENTERED, LEFT, SEGMENTS_CHANGED)
ITEMS = [
    {"pk": {"S": "P#1"}, "sk": {"S": sort_key}, **({"ty": {"S": type_}} if type_ else {})}
    for sort_key in SORT_KEYS
    for type_ in TYPES
]


def changes() -> Iterator[Change]:
    for item in ITEMS:
        key = {name: item[name] for name in ("pk", "sk")}
        yield from (Change(key, None, item), Change(key, item, item), Change(key, item, None))


@pytest.mark.parametrize("change", list(changes()), ids=lambda c: f"{c.event_name} {c.key}")
def test_a_record_goes_to_the_functions_whose_filters_match(change: Change) -> None:
    record = stream_record(change, 1)
    wanted = {
        name
        for name, patterns in _filters().items()
        if any(_matches(pattern, record) for pattern in patterns)
    }
    assert set(listeners(change)) == wanted


def _filters() -> dict[str, list[Any]]:
    """Return the patterns by function."""
    return {
        properties["CodeUri"].rstrip("/").rsplit("/", 1)[-1]: [
            json.loads(each["Pattern"]) for each in event["Properties"]["FilterCriteria"]["Filters"]
        ]
        for properties in of_type("AWS::Serverless::Function").values()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "DynamoDB"
    }


def _matches(pattern: Any, value: Any) -> bool:
    """Evaluate EventBridge's rules of content filtering, as far as the template uses them."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            _matches(each, value.get(name)) for name, each in pattern.items()
        )
    return any(_is_one(choice, value) for choice in pattern)


def _is_one(choice: Any, value: Any) -> bool:
    if isinstance(choice, dict):
        ((rule, wanted),) = choice.items()
        if rule == "anything-but":
            return isinstance(value, str) and value not in wanted
        if rule != "prefix":
            raise NotImplementedError(rule)
        return isinstance(value, str) and value.startswith(wanted)
    return bool(choice == value)
