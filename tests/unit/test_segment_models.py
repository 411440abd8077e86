"""Conditions of requests: each type is parsed unchanged, and errors have their place."""

import json
from datetime import date
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from crm.api.models.bulk import NewBulk
from crm.api.models.conditions import MAX_CONDITIONS_TOGETHER
from crm.api.models.operands import MAX_NUMBER, MAX_OPERAND_LENGTH, MAX_OPERANDS
from crm.api.models.profile_values import NewPoints
from crm.api.models.segments import NewSegment, PreviewedSegment, SegmentChanges
from crm.api.models.values import AggregateChanges, NewAggregate, NewExpression, NewScore
from crm.domain.errors import InvalidInputError
from crm.domain.operators import OPERATORS
from crm.domain.segments.definition import DEEPEST
from crm.http.body import read_model
from crm.http.places import field_path
from tests.model.segment_conditions import LEAVES, Conditions

VIP = {"type": "tag", "tag": "VIP"}
BOUGHT = {"event": "Order Completed", "kind": "track"}
DEAR = {"property": "products.price", "operator": "at_least", "value": 50}
CONDITIONS: list[dict[str, Any]] = [
    {"type": "and", "conditions": [VIP]},
    {"type": "or", "conditions": [VIP, VIP]},
    {"type": "not", "condition": VIP},
    {"type": "attribute", "name": "city", "operator": "one_of", "value": ["Berlin", 10115]},
    {"type": "attribute", "name": "size", "operator": "between", "value": [34, 36.5]},
    {"type": "attribute", "name": "newsletter", "operator": "equals", "value": False},
    {"type": "attribute", "name": "company", "operator": "empty"},
    VIP,
    {"type": "list", "list": "Trade fair"},
    {"type": "class", "class": "b2b"},
    {"type": "kind", "kind": "anonymous"},
    {"type": "responsible", "user": "grace@example.com"},
    {"type": "responsible", "user": None},
    {"type": "consent", "channel": "email", "state": "missing"},
    {"type": "consent", "channel": "email", "purpose": "newsletter", "state": "expired"},
    {"type": "consent", "channel": "email", "state": "denied", "window": {"within_days": 30}},
    {"type": "source", "source": "src_0123456789ab"},
    {"type": "event", **BOUGHT, "function": "distinct_values", "property": "products.category", "value": 3},
    {"type": "event", "events": ["Order Completed", "Subscription Renewed"], "value": 2},
    {
        "type": "never",
        "event": "Order Completed",
        "where": [
            {"type": "entry", "property": "products", "where": [DEAR, {"type": "or", "where": [DEAR, DEAR]}]},
            {"type": "and", "where": [DEAR]},
        ],
    },
    {"type": "random_share", "percent": 33.33},
    {"type": "top", "percent": 5, "aggregate": "revenue"},
    {"type": "top", "percent": 12.5, "score": "loyalty"},
    {"type": "random_share", "percent": 10, "from": 90, "seed": "spring sale"},
    {"type": "environment", "field": "browser", "operator": "starts_with", "value": "Chrom"},
    {"type": "segment", "segment": "Big spenders"},
    {"type": "date", "field": "last_seen", "operator": "more_than_days_ago", "value": 30},
    {
        "type": "date",
        "attribute": "birthday",
        "operator": "exactly_days_ahead",
        "value": 0,
        "yearly": True,
    },
    {
        "type": "date",
        "field": "created",
        "operator": "between",
        "value": ["21.11.2026", "2026-12-01T09:00:00Z"],
    },
    {"type": "event"},
    {
        "type": "event",
        **BOUGHT,
        "source": "src_0123456789ab",
        "where": [DEAR, {"property": "coupon", "operator": "not_empty"}],
        "function": "sum",
        "property": "revenue",
        "operator": "between",
        "value": [10, 99.5],
        "window": {"days_ago": [0, 30]},
    },
    {"type": "event", "kind": "any", "function": "distinct_days", "window": {"within_days": 7}},
    {"type": "never", **BOUGHT, "window": {"after": "21.11.2026"}},
    {"type": "never", **BOUGHT, "window": {"this": "month"}},
    {"type": "event", **BOUGHT, "value": 2, "window": {"within": {"hours": 2, "minutes": 30}}},
    {"type": "never", **BOUGHT, "window": {"within": {"minutes": 5}}},
    {"type": "first_time", **BOUGHT, "window": {"hours_ago": [1, 24]}},
    {"type": "event", **BOUGHT, "window": {"minutes_ago": [30, 90]}},
    {"type": "event", **BOUGHT, "window": {"to_date": "year"}},
    {"type": "first_time", **BOUGHT, "window": {"last": "quarter"}},
    {"type": "date", "attribute": "birthday", "yearly": True, "operator": "this", "value": "week"},
    {"type": "first_time", "kind": "form", "window": {"on": "2026-11-21"}},
    {"type": "sequence", "first": BOUGHT, "then": {"kind": "page", "where": [DEAR]}, "within_days": 0},
    {
        "type": "sequence",
        "first": {},
        "then": {},
        "within_days": 3,
        "window": {"between": ["2026-11-01", "2026-11-30"]},
    },
    {"type": "sequence", "first": BOUGHT, "then_not": {"kind": "page"}},
    {"type": "sequence", "first": BOUGHT, "then_not": {"kind": "page", "within": {"hours": 1}}},
    {
        "type": "sequence",
        "first": BOUGHT,
        "then": {},
        "without": [{"kind": "form"}],
        "within": {"minutes": 90},
        "window": {"hours_ago": [1, 24]},
    },
    {
        "type": "sequence",
        "steps": [BOUGHT, {"kind": "page", "within_days": 2}, {"without": [BOUGHT], "within": {"hours": 2}}],
        "within_days": 7,
        "then_not": {"event": "x", "within_days": 0},
    },
    {"type": "stopped", "kind": "any", "quiet_days": 30, "active_days": 90},
    {"type": "value", "aggregate": "orders_90d", "operator": "greater", "value": 3},
    {"type": "value", "score": "loyalty", "operator": "not_empty"},
    {"type": "value", "expression": "expr_0123456789ab", "operator": "equals", "value": "gold"},
]
DRAWN = sorted(LEAVES.keys() - {"nobody", "top"})
"""Random conditions in the form of requests; the others are drawn in their stored form."""

TYPES = sorted({condition["type"] for condition in CONDITIONS} | {form.partition(" ")[0] for form in DRAWN})
TEXT_OR_NUMBER = (
    f"must be a text of at most {MAX_OPERAND_LENGTH} characters, a number, true or false, or a list of them"
)


def read(model: str, body: Any) -> dict[str, Any]:
    return read_model({"body": json.dumps(body)}, model)


def as_json(body: dict[str, Any]) -> str:
    """Return JSON, in which 10 differs from 10.0."""
    return json.dumps(body, sort_keys=True)


def wrong(model: str, body: Any) -> dict[str, str]:
    """Return the error messages by field."""
    with pytest.raises(InvalidInputError) as refused:
        read(model, body)
    return {shown["field"]: shown["message"] for shown in refused.value.details["errors"]}


def wrong_with(condition: Any) -> dict[str, str]:
    return wrong("segments.PreviewedSegment", {"condition": condition})


def nested(levels: int) -> dict[str, Any]:
    condition: dict[str, Any] = VIP
    for _ in range(levels - 1):
        condition = {"type": "not", "condition": condition}
    return condition


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
    shown = wrong_with(condition)
    assert set(shown) == {f"{place}.name", f"{place}.operator"}
    assert shown[f"{place}.name"].startswith('Field required, as in {"type": "attribute", "name": "city"')
    assert shown[f"{place}.operator"].startswith(
        "Unknown value. Did you mean `equals`? Must be one of `equals`, `one_of`"
    )


def test_all_errors_of_a_tree_are_reported_at_once() -> None:
    shown = wrong_with(
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
    assert wrong_with({"type": type_, "type_": 1})["condition.type_"] == "Unknown field. Did you mean `type`?"
    assert "condition.type" not in wrong_with({"type": type_, type_: {}})
    assert f"condition.{type_}" in wrong_with({"type": type_, type_: {}})


@pytest.mark.parametrize("within", ["2h", 2, None, []])
def test_durations_are_hours_and_minutes(within: Any) -> None:
    shown = wrong_with({"type": "event", "window": {"within": within}})
    assert 'such as {"hours": 2}' in shown["condition.window.within"]


def test_a_single_without_selector_needs_no_list() -> None:
    sequence = {"type": "sequence", "first": {}, "then": {}, "without": BOUGHT}
    read_ = read("segments.PreviewedSegment", {"condition": sequence})
    assert read_["condition"] == sequence | {"without": [BOUGHT]}
    assert set(wrong_with(sequence | {"without": []})) == {"condition.without"}
    assert set(wrong_with(sequence | {"without": [{"evnt": "x"}]})) == {"condition.without.0.evnt"}
    assert set(wrong_with({"type": "sequence", "steps": [{}] * 6})) == {"condition.steps"}


def test_a_missing_field_is_named() -> None:
    example = '{"type": "segment", "segment": "big-spenders"}'
    assert wrong_with({"type": "segment"}) == {"condition.segment": f"Field required, as in {example}"}
    assert wrong_with({"type": "class"}) == {"condition.class": "Field required"}
    assert set(wrong_with({"type": "stopped"})) == {"condition.quiet_days", "condition.active_days"}


def test_an_unknown_type_has_suggestions_and_is_not_quoted() -> None:
    shown = wrong_with({"type": "or", "conditions": [{"type": "taag"}, {"tag": "VIP"}, "VIP"]})
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
    assert wrong_with(condition) == {"condition.value": TEXT_OR_NUMBER}


@pytest.mark.parametrize("value", [10**400, "\ud800"])
def test_an_operand_that_cannot_be_stored_is_refused(value: Any) -> None:
    condition = {"type": "attribute", "name": "city", "operator": "equals", "value": value}
    with pytest.raises(InvalidInputError):
        read("segments.PreviewedSegment", {"condition": condition})


@pytest.mark.parametrize("value", [-1, 36_501, 1.5, True, None, ["2026-11-21"], [1, 2], "x" * 41, {}])
def test_a_date_is_compared_with_days_or_dates(value: Any) -> None:
    shown = wrong_with({"type": "date", "field": "created", "operator": "on", "value": value})
    assert shown == {
        "condition.value": "must be a number of days from 0 to 36500, a date like 2026-11-21, "
        "a list of two dates, or a calendar period"
    }


def test_depth_and_width_of_a_condition_are_limited() -> None:
    PreviewedSegment.model_validate({"condition": nested(DEEPEST)})
    for levels in (DEEPEST + 1, 200, 900):
        shown = wrong_with(nested(levels))
        assert shown == {"condition": f"must be nested at most {DEEPEST} levels deep"}
    wide = {"type": "or", "conditions": [VIP] * (MAX_CONDITIONS_TOGETHER + 1)}
    assert set(wrong_with(wide)) == {"condition.conditions"}
    assert set(wrong_with({"type": "and", "conditions": []})) == {"condition.conditions"}


@pytest.mark.parametrize("condition", [None, [], "VIP", 1, {}])
def test_a_change_to_an_invalid_condition_is_refused(condition: Any) -> None:
    assert wrong("segments.SegmentChanges", {"condition": condition})


def test_a_static_segment_has_no_condition() -> None:
    body = {"name": "Guests", "type": "static", "condition": None}
    assert read("segments.NewSegment", body) == body


def test_aggregates_scores_and_expressions_are_validated_unchanged() -> None:
    aggregate = {"name": "orders_90d", **BOUGHT, "function": "count", "window": {"within_days": 90}}
    rules = [{**BOUGHT, "points": 10}, {"kind": "page", "where": [DEAR], "points": -0.5}]
    for model, body in (
        ("values.NewAggregate", aggregate),
        ("values.AggregateChanges", {"event": None, "window": None, "property": "revenue"}),
        ("values.NewScore", {"name": "loyalty", "rules": rules}),
        ("values.NewExpression", {"name": "near", "text": "attributes.city == 'Berlin'"}),
        ("profile_values.NewPoints", {"points": -50, "reason": "Sent back"}),
    ):
        assert as_json(read(model, body)) == as_json(body)


@pytest.mark.parametrize("name", ["", "Orders", "9lives", "_x", "a-b", "a" * 51, "a\n", "ä"])
def test_an_invalid_name_of_a_value_is_refused(name: str) -> None:
    for model, body in (
        (NewAggregate, {}),
        (NewScore, {"rules": [{"points": 1}]}),
        (NewExpression, {"text": "1"}),
    ):
        with pytest.raises(ValidationError, match="name"):
            model.model_validate(body | {"name": name})


@pytest.mark.parametrize("points", [0, 0.0, 1_000_000_001, -1e10, True, "5", None, [1]])
def test_points_must_be_a_number_other_than_zero(points: Any) -> None:
    expected = "must be a number from -1000000000 to 1000000000, and not 0"
    assert wrong("profile_values.NewPoints", {"points": points}) == {"points": expected}
    shown = wrong("values.NewScore", {"name": "loyalty", "rules": [{"points": 1}, {"points": points}]})
    assert shown == {"rules.1.points": expected}


def test_a_score_has_1_to_50_rules() -> None:
    for rules in ([], [{"points": 1}] * 51):
        assert set(wrong("values.NewScore", {"name": "loyalty", "rules": rules})) == {"rules"}
    assert NewPoints(points=1).reason == ""


def test_bulk_actions_can_change_a_segment() -> None:
    for action in ("add_to_segment", "remove_from_segment"):
        body = {"segment": "Big spenders", "action": {"type": action, "segment": "Guests"}}
        assert NewBulk.model_validate(body).model_dump(exclude_unset=True) == body
    shown = wrong("bulk.NewBulk", {"all": True, "action": {"type": "add_to_segment"}})
    assert shown == {"action.segment": "Field required"}


def test_an_error_path_contains_fields_and_no_types() -> None:
    label = {"type": "label", "label": [1]}
    assert field_path(("label",), label) == "label"
    assert field_path(("label", 0), label) == "label.0"
    assert field_path(("type",), label) == "type"
    assert field_path(("action", "merge"), {"action": {"type": "merge"}}) == "action"
    assert field_path(("action", "merge", "into"), {"action": {"type": "merge", "into": 1}}) == "action.into"
    assert field_path(("a", 3, "b"), {"a": [{}]}) == "a.3.b"
    assert field_path((), [1]) == ""
