"""A path in the notation of another tool is refused at its place, with the correct path."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.segmented_shop import BOUGHT, Segmented, ask
from tests.support.shop import Shop

ORDER = {"event": "Order Completed"}
FIRST = {"property": "products[0].sku", "operator": "equals", "value": "A"}
ENTRY = {"type": "entry", "property": "products", "where": [{**FIRST, "property": "properties.size"}]}


def aggregate(**more: Any) -> dict[str, Any]:
    return {"name": "revenue", "function": "sum", **ORDER, **more}


@pytest.mark.parametrize(
    ("path", "body", "place", "meant"),
    [
        ("segments", BOUGHT | {"where": [FIRST]}, "condition.where.0.property", "products.0.sku"),
        ("segments", BOUGHT | {"function": "sum", "property": "$.total"}, "condition.property", "total"),
        (
            "segments",
            {
                "type": "not",
                "condition": {"type": "never", **ORDER, "where": [{"type": "or", "where": [FIRST]}]},
            },
            "condition.condition.where.0.where.0.property",
            "products.0.sku",
        ),
        (
            "segments",
            {"type": "sequence", "first": ORDER, "then": {**ORDER, "where": [FIRST]}},
            "condition.then.where.0.property",
            "products.0.sku",
        ),
        ("aggregates", aggregate(property="properties.total"), "property", "total"),
        (
            "scores",
            {"name": "points", "rules": [{**ORDER, "points": 1, "where": [FIRST]}]},
            "rules.0.where.0.property",
            "products.0.sku",
        ),
    ],
)
def test_a_path_in_another_notation_is_refused_with_a_suggestion(
    shop: Shop, path: str, body: dict[str, Any], place: str, meant: str
) -> None:
    sent = {"name": "S", "condition": body} if path == "segments" else body
    answer = ask(Segmented(shop), "POST", path, sent)
    assert answer.status == 400, answer.body
    (error,) = answer.body["details"]["errors"]
    assert error["field"] == place
    assert f"did you mean `{meant}`?" in error["message"]


def test_entries_may_have_nested_properties(shop: Shop) -> None:
    world = Segmented(shop)
    product = {"properties": {"size": "A"}}
    shop.send("track", userId="ana", event="Order Completed", properties={"products": [product]})
    segment = ask(world, "POST", "segments", {"name": "S", "condition": BOUGHT | {"where": [ENTRY]}})
    assert segment.status == 201, segment.body
    assert len(world.of(segment.body["id"])) == 1
