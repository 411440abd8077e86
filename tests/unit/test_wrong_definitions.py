"""Errors of definitions that follow another product's format have a path, and suggest what was probably meant."""

import json
from typing import Any

import pytest

from crm.domain.errors import InvalidInputError
from crm.http import kinds, shapes
from crm.http.body import read_model
from crm.http.near_values import near_values
from tests.support.wrong_bodies.conditions import SEGMENT, WRONG_CONDITIONS, segment_if
from tests.support.wrong_bodies.definitions import WRONG_DEFINITIONS
from tests.support.wrong_bodies.event_conditions import BOUGHT, WRONG_EVENT_CONDITIONS

WRONG = [*WRONG_CONDITIONS, *WRONG_EVENT_CONDITIONS, *WRONG_DEFINITIONS]


@pytest.mark.parametrize(
    ("model", "body", "field", "message"), WRONG, ids=[str(n) for n in range(len(WRONG))]
)
def test_errors_have_a_path_and_a_suggestion(model: str, body: Any, field: str, message: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_model({"body": json.dumps(body)}, model)
    first = refused.value.details["errors"][0]
    assert first["field"] == field
    assert first["message"].startswith(message), first["message"]
    assert refused.value.message == (f"{field}: {first['message']}" if field else first["message"])


@pytest.mark.parametrize("kind", kinds.KIND_EXAMPLES)
def test_every_example_of_a_condition_is_valid(kind: str) -> None:
    assert kinds.KIND_EXAMPLES[kind]["type"] == kind
    read_model({"body": json.dumps(segment_if(kinds.KIND_EXAMPLES[kind]))}, SEGMENT)


def test_every_example_of_a_field_is_valid() -> None:
    examples = shapes.SHAPE_EXAMPLES
    window = BOUGHT | {"window": examples["window"], "where": examples["where"]}
    for name in ("between", "days_ago", "within", "within_days"):
        read_model({"body": json.dumps(segment_if(BOUGHT | {"window": {name: examples[name]}}))}, SEGMENT)
    steps = {"type": "sequence", "steps": examples["steps"]}
    read_model({"body": json.dumps(segment_if(steps))}, SEGMENT)
    read_model({"body": json.dumps({"name": "s", "rules": examples["rules"]})}, "values.NewScore")
    sequence = {"type": "sequence", "within_days": 7, "first": examples["first"], "then": examples["then"]}
    joined = {"type": "and", "conditions": examples["conditions"]}
    for condition in (window, sequence, joined, examples["condition"]):
        read_model({"body": json.dumps(segment_if(condition))}, SEGMENT)
    hook = {"name": "w", "url": "https://a.example", "events": ["Segment Entered"]}
    read_model({"body": json.dumps(hook | {"segments": examples["segments"]})}, "webhooks.NewWebhook")
    form = {"name": "f", "fields": examples["fields"]}
    read_model({"body": json.dumps(form)}, "forms.NewForm")
    mapping = {"name": "m", "columns": examples["columns"]}
    read_model({"body": json.dumps(mapping)}, "import_mappings.NewImportMapping")


def test_a_known_value_is_suggested_only_for_itself() -> None:
    every = ["equals", "at_least", "event", "never", "granted", "xlsx", "add_tags", "sum"]
    assert [near_values(one.upper(), every) for one in every] == [[one] for one in every]
    assert near_values("x" * 10_000, every) == []


def test_errors_do_not_quote_the_request() -> None:
    mark = "zzqx4711"
    for condition in (
        {"type": mark},
        BOUGHT | {"operator": mark},
        BOUGHT | {"window": mark},
        {"tag": mark},
        mark,
    ):
        with pytest.raises(InvalidInputError) as refused:
            read_model({"body": json.dumps(segment_if(condition))}, SEGMENT)
        assert mark not in str(refused.value.details)
