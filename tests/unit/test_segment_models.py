"""Conditions in requests: each type is validated unchanged, and the schema describes each."""

import json
from datetime import date
from random import Random
from typing import Any

import pytest

from crm.api.models.bulk import NewBulk
from crm.api.models.segments import NewSegment, PreviewedSegment, SegmentChanges
from crm.api.models.values import AggregateChanges, NewAggregate
from crm.domain.operators import OPERATORS
from tests.model.segment_conditions import Conditions
from tests.support.sent_conditions import (
    CONDITIONS,
    DRAWN,
    TYPES,
    as_json,
    errors_of,
    read,
)


@pytest.mark.parametrize("condition", CONDITIONS, ids=json.dumps)
def test_every_condition_is_validated_unchanged(condition: dict[str, Any]) -> None:
    inside = {"type": "or", "conditions": [{"type": "not", "condition": condition}, condition]}
    for sent in (condition, inside):
        body = {"name": "Some", "condition": sent}
        assert as_json(read("segments.NewSegment", body)) == as_json(body)


@pytest.mark.parametrize("form", DRAWN)
def test_random_conditions_are_validated_unchanged(form: str) -> None:
    conditions = Conditions(Random(form), date(2026, 3, 26))
    for _ in range(50):
        body = {"name": "Some", "condition": conditions.leaf(form)}
        assert as_json(read("segments.NewSegment", body)) == as_json(body)


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_of_the_domain_can_be_sent(operator: str) -> None:
    PreviewedSegment.model_validate(
        {"condition": {"type": "attribute", "name": "city", "operator": operator, "value": "x"}}
    )


def test_the_schema_lists_every_type() -> None:
    schema = NewSegment.model_json_schema()
    mapped = schema["$defs"]["Condition"]["discriminator"]["mapping"]
    assert sorted(mapped) == TYPES
    for type_, reference in mapped.items():
        kind = schema["$defs"][reference.rpartition("/")[2]]
        shown = kind["properties"]["type"]
        assert type_ in shown.get("enum", [shown.get("const")])
        assert kind["description"]


def test_the_schema_shows_no_placeholders() -> None:
    for model in (SegmentChanges, NewAggregate, AggregateChanges):
        definitions = model.model_json_schema()["$defs"].values()
        for one in (model.model_json_schema(), *definitions):
            defaults = {name: part.get("default", 1) for name, part in one.get("properties", {}).items()}
            assert not {name for name, default in defaults.items() if default in ("", [], {}, None)} - {
                "description"
            }


def test_the_schema_of_an_event_describes_its_defaults() -> None:
    event = PreviewedSegment.model_json_schema()["$defs"]["EventCondition"]["properties"]
    defaults = {name: part["default"] for name, part in event.items() if "default" in part}
    assert defaults == {"kind": "track", "function": "count", "operator": "at_least", "value": 1}


def test_a_static_segment_has_no_condition() -> None:
    body = {"name": "Guests", "type": "static", "condition": None}
    assert read("segments.NewSegment", body) == body


def test_bulk_actions_can_change_a_segment() -> None:
    for action in ("add_to_segment", "remove_from_segment"):
        body = {"segment": "Big spenders", "action": {"type": action, "segment": "Guests"}}
        assert NewBulk.model_validate(body).model_dump(exclude_unset=True) == body
    shown = errors_of("bulk.NewBulk", {"all": True, "action": {"type": "add_to_segment"}})
    assert shown == {"action.segment": "Field required"}
