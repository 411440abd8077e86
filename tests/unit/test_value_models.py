"""Requests about aggregates, scores, expressions and points: validated unchanged, or refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from crm.api.models.profile_values import NewPoints
from crm.api.models.values import NewAggregate, NewExpression, NewScore
from tests.support.sent_conditions import BOUGHT, DEAR, as_json, errors_of, read


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
    assert errors_of("profile_values.NewPoints", {"points": points}) == {"points": expected}
    shown = errors_of("values.NewScore", {"name": "loyalty", "rules": [{"points": 1}, {"points": points}]})
    assert shown == {"rules.1.points": expected}


def test_a_score_has_1_to_50_rules() -> None:
    for rules in ([], [{"points": 1}] * 51):
        assert set(errors_of("values.NewScore", {"name": "loyalty", "rules": rules})) == {"rules"}
    assert NewPoints(points=1).reason == ""
