"""Errors of conditions in requests: the path, the limits, and suggestions."""

import json
from typing import Any

import pytest

from crm.api.models.conditions import MAX_CONDITIONS_TOGETHER
from crm.api.models.operands import MAX_NUMBER, MAX_OPERAND_LENGTH, MAX_OPERANDS
from crm.api.models.segments import PreviewedSegment
from crm.domain.errors import InvalidInputError
from crm.domain.segments.definition import DEEPEST
from crm.http.places import field_path
from tests.support.sent_conditions import (
    BOUGHT,
    DEAR,
    TYPES,
    VIP,
    errors_of,
    errors_of_condition,
    read,
)

TEXT_OR_NUMBER = (
    f"must be a text of at most {MAX_OPERAND_LENGTH} characters, a number, true or false, or a list of them"
)


def nested(levels: int) -> dict[str, Any]:
    condition: dict[str, Any] = VIP
    for _ in range(levels - 1):
        condition = {"type": "not", "condition": condition}
    return condition


def test_an_error_is_reported_with_its_path_in_the_tree() -> None:
    condition = {
        "type": "and",
        "conditions": [
            VIP,
            {
                "type": "not",
                "condition": {"type": "or", "conditions": [{"type": "attribute", "operator": "equal"}]},
            },
        ],
    }
    place = "condition.conditions.1.condition.conditions.0"
    shown = errors_of_condition(condition)
    assert set(shown) == {f"{place}.name", f"{place}.operator"}
    assert shown[f"{place}.name"].startswith('Field required, as in {"type": "attribute", "name": "city"')
    assert shown[f"{place}.operator"].startswith(
        "Unknown value. Did you mean `equals`? Must be one of `equals`, `one_of`"
    )


def test_all_errors_of_a_tree_are_reported_at_once() -> None:
    shown = errors_of_condition(
        {
            "type": "event",
            "where": [DEAR, {"property": "", "operator": "between", "value": {}}],
            "window": {"within_days": 0},
            "function": "median",
            "evnt": "Order Completed",
        }
    )
    assert set(shown) == {
        "condition.where.1.property",
        "condition.where.1.value",
        "condition.window.within_days",
        "condition.function",
        "condition.evnt",
    }
    assert shown["condition.where.1.value"] == TEXT_OR_NUMBER
    assert shown["condition.window.within_days"] == "must be at least 1"


@pytest.mark.parametrize("type_", TYPES)
def test_a_field_named_like_its_type_keeps_its_path(type_: str) -> None:
    assert (
        errors_of_condition({"type": type_, "type_": 1})["condition.type_"]
        == "Unknown field. Did you mean `type`?"
    )
    assert "condition.type" not in errors_of_condition({"type": type_, type_: {}})
    assert f"condition.{type_}" in errors_of_condition({"type": type_, type_: {}})


@pytest.mark.parametrize("within", ["2h", 2, None, []])
def test_durations_are_hours_and_minutes(within: Any) -> None:
    shown = errors_of_condition({"type": "event", "window": {"within": within}})
    assert 'such as {"hours": 2}' in shown["condition.window.within"]


def test_a_single_without_selector_needs_no_list() -> None:
    sequence = {"type": "sequence", "first": {}, "then": {}, "without": BOUGHT}
    read_ = read("segments.PreviewedSegment", {"condition": sequence})
    assert read_["condition"] == sequence | {"without": [BOUGHT]}
    assert set(errors_of_condition(sequence | {"without": []})) == {"condition.without"}
    assert set(errors_of_condition(sequence | {"without": [{"evnt": "x"}]})) == {"condition.without.0.evnt"}
    assert set(errors_of_condition({"type": "sequence", "steps": [{}] * 6})) == {"condition.steps"}


def test_a_missing_field_is_named() -> None:
    example = '{"type": "segment", "segment": "big-spenders"}'
    assert errors_of_condition({"type": "segment"}) == {
        "condition.segment": f"Field required, as in {example}"
    }
    assert errors_of_condition({"type": "class"}) == {"condition.class": "Field required"}
    assert set(errors_of_condition({"type": "stopped"})) == {"condition.quiet_days", "condition.active_days"}


def test_an_unknown_type_has_suggestions_and_is_not_quoted() -> None:
    shown = errors_of_condition({"type": "or", "conditions": [{"type": "taag"}, {"tag": "VIP"}, "VIP"]})
    assert "Did you mean `tag`" in shown["condition.conditions.0.type"]
    assert "`stopped`" in shown["condition.conditions.0.type"]
    assert "taag" not in json.dumps(shown)
    assert shown["condition.conditions.1.type"].startswith(
        "Field required: the kind is missing. Did you mean `tag`"
    )
    assert set(shown) == {
        "condition.conditions.0.type",
        "condition.conditions.1.type",
        "condition.conditions.2",
    }


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        [None],
        [["Berlin"]],
        "x" * (MAX_OPERAND_LENGTH + 1),
        MAX_NUMBER * 10,
        ["x"] * (MAX_OPERANDS + 1),
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_an_invalid_operand_is_refused(value: Any) -> None:
    condition = {"type": "attribute", "name": "city", "operator": "equals", "value": value}
    assert errors_of_condition(condition) == {"condition.value": TEXT_OR_NUMBER}


@pytest.mark.parametrize("value", [10**400, "\ud800"])
def test_an_operand_that_cannot_be_stored_is_refused(value: Any) -> None:
    condition = {"type": "attribute", "name": "city", "operator": "equals", "value": value}
    with pytest.raises(InvalidInputError):
        read("segments.PreviewedSegment", {"condition": condition})


@pytest.mark.parametrize("value", [-1, 36_501, 1.5, True, None, ["2026-11-21"], [1, 2], "x" * 41, {}])
def test_a_date_is_compared_with_days_or_dates(value: Any) -> None:
    shown = errors_of_condition({"type": "date", "field": "created", "operator": "on", "value": value})
    assert shown == {
        "condition.value": "must be a number of days from 0 to 36500, a date like 2026-11-21, "
        "a list of two dates, or a calendar period"
    }


def test_depth_and_width_of_a_condition_are_limited() -> None:
    PreviewedSegment.model_validate({"condition": nested(DEEPEST)})
    for levels in (DEEPEST + 1, 200, 900):
        shown = errors_of_condition(nested(levels))
        assert shown == {"condition": f"must be nested at most {DEEPEST} levels deep"}
    wide = {"type": "or", "conditions": [VIP] * (MAX_CONDITIONS_TOGETHER + 1)}
    assert set(errors_of_condition(wide)) == {"condition.conditions"}
    assert set(errors_of_condition({"type": "and", "conditions": []})) == {"condition.conditions"}


@pytest.mark.parametrize("condition", [None, [], "VIP", 1, {}])
def test_a_change_to_an_invalid_condition_is_refused(condition: Any) -> None:
    assert errors_of("segments.SegmentChanges", {"condition": condition})


def test_an_error_path_contains_fields_and_no_types() -> None:
    label = {"type": "label", "label": [1]}
    assert field_path(("label",), label) == "label"
    assert field_path(("label", 0), label) == "label.0"
    assert field_path(("type",), label) == "type"
    assert field_path(("action", "merge"), {"action": {"type": "merge"}}) == "action"
    assert field_path(("action", "merge", "into"), {"action": {"type": "merge", "into": 1}}) == "action.into"
    assert field_path(("a", 3, "b"), {"a": [{}]}) == "a.3.b"
    assert field_path((), [1]) == ""
