"""The costs of segments, and definitions that are refused as too costly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crm.services.segments import event_condition_validation
from crm.settings import settings
from tests.support.segmented_shop import BOUGHT, ORDER, Segmented, ask, made

AFTER = {"type": "sequence", "first": {"event": "Product Added"}}


def test_a_preview_has_the_cost_of_the_segment(shop_of_buyers: Segmented) -> None:
    condition = BOUGHT | {"function": "sum", "property": "total", "window": {"within_days": 365}}
    cost = ask(shop_of_buyers, "POST", "segments/preview", {"condition": condition}).body["cost"]
    assert (cost["metrics"], cost["bytes_per_active_day"], cost["bytes_left"]) == (1, 13, 3750)
    assert 0 < cost["write_units_per_event"]["typical"] < cost["write_units_per_event"]["worst"] < 0.5
    defined = ask(shop_of_buyers, "POST", "segments", {"name": "Spends", "condition": condition}).body["cost"]
    assert defined == cost | {"bytes_left": 3750 - 13}
    shop_of_buyers.shop.world.settle()
    again = ask(shop_of_buyers, "POST", "segments/preview", {"condition": condition | {"value": 7}}).body[
        "cost"
    ]
    assert (again["metrics"], again["bytes_per_active_day"], again["bytes_left"]) == (0, 0, 3750 - 13)


def test_a_segment_has_its_cost_in_addition_to_the_others(shop_of_buyers: Segmented) -> None:
    spent = BOUGHT | {"function": "sum", "property": "total", "window": {"within_days": 365}}
    often = BOUGHT | {"value": 2, "window": {"within_days": 365}}
    both = {"type": "and", "conditions": [spent, often]}
    first = ask(shop_of_buyers, "POST", "segments", {"name": "Spends", "condition": spent}).body["cost"]
    second = ask(shop_of_buyers, "POST", "segments", {"name": "Both", "condition": both}).body["cost"]
    assert (first["metrics"], first["bytes_left"]) == (1, 3750 - 13)
    assert (second["metrics"], second["bytes_per_active_day"], second["bytes_left"]) == (1, 4, 3750 - 17)
    changed = ask(shop_of_buyers, "PATCH", "segments/Both", {"condition": spent}).body
    assert (changed["cost"]["metrics"], changed["cost"]["bytes_left"]) == (0, 3750 - 13)
    renamed = ask(shop_of_buyers, "PATCH", "segments/Spends", {"name": "Buyers", "archived": True}).body
    assert (renamed["name"], renamed["cost"]["metrics"]) == ("Buyers", 0)
    static = ask(shop_of_buyers, "POST", "segments", {"name": "Picked", "type": "static"}).body["cost"]
    assert (static["metrics"], static["write_units_per_event"]) == (0, {"typical": 0, "worst": 0})


def lasts(number: int, since: int = 0) -> dict[str, Any]:
    """Build a number of values that are stored with their texts."""
    last = {"function": "last", "operator": "equals", "value": "x"}
    return {
        "type": "or",
        "conditions": [BOUGHT | last | {"property": f"p{n}"} for n in range(since, since + number)],
    }


def test_too_costly_definitions_are_refused(shop_of_buyers: Segmented) -> None:
    """Sixteen days of all definitions always fit into an item."""
    made(shop_of_buyers, "segments", {"name": "Texts", "condition": lasts(20)})
    for method, path, body in (
        ("POST", "segments", {"name": "More", "condition": lasts(4, since=20)}),
        ("PATCH", "segments/Texts", {"condition": lasts(24)}),
    ):
        answer = ask(shop_of_buyers, method, path, body)
        assert (answer.status, answer.body["code"]) == (400, "definitions_too_costly")
        assert answer.body["details"]["bytes_per_active_day"] == 4 * 160
        assert answer.body["details"]["bytes_left"] == 3750 - 20 * 160
        assert answer.body["details"]["most_costly"][0]["name"] == "Texts"
        assert "archive" in answer.body["message"]
    scored = {"name": "s", "rules": [{"points": 1, "event": f"E{n}"} for n in range(20)]}
    assert ask(shop_of_buyers, "POST", "scores", scored).status == 201
    assert ask(shop_of_buyers, "PATCH", "segments/Texts", {"condition": lasts(10)}).status == 200
    assert (
        ask(shop_of_buyers, "POST", "segments", {"name": "More", "condition": lasts(4, since=20)}).status
        == 201
    )


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        (BOUGHT | {"window": {"within_days": 91}}, "condition.window"),
        (BOUGHT | {"window": {"days_ago": [7, 90]}}, "condition.window"),
        (BOUGHT | {"window": {"last": "quarter"}}, "condition.window"),
        (AFTER | {"then": ORDER, "within_days": 30, "window": {"within_days": 61}}, "condition.within_days"),
        (
            {"type": "sequence", "steps": [ORDER, *[ORDER | {"within_days": 20}] * 3]}
            | {"window": {"within_days": 40}},
            "condition.within_days",
        ),
        (BOUGHT | {"window": {"between": ["2026-01-01", "2026-04-30"]}}, "condition.window"),
        (
            {"type": "stopped", "event": "Order Completed", "quiet_days": 30, "active_days": 90},
            "condition.active_days",
        ),
    ],
)
def test_a_window_longer_than_the_retention_is_refused(
    shop_of_buyers: Segmented, monkeypatch: pytest.MonkeyPatch, condition: dict[str, Any], field: str
) -> None:
    monkeypatch.setattr(
        event_condition_validation, "settings", lambda: replace(settings(), retention_days=90)
    )
    answer = ask(shop_of_buyers, "POST", "segments/preview", {"condition": condition})
    assert answer.status == 400
    (error,) = answer.body["details"]["errors"]
    assert (error["field"], answer.body["code"]) == (field, "window_longer_than_retention")
    assert "kept for 90" in error["message"]
    fits = BOUGHT | {"window": {"within_days": 90}}
    assert ask(shop_of_buyers, "POST", "segments/preview", {"condition": fits}).status == 200
