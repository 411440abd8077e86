"""Groups of filters and several events in one condition: the orders that they match."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm.domain.errors import InvalidInputError
from crm.domain.metrics.metric import COUNT, Metric
from crm.domain.metrics.selector import DEEPEST_FILTERS, MAX_FILTERS, Selector, matcher_of, selector_of
from crm.http.body import read_model
from crm.services.segments.condition_validation import read_condition
from tests.support.activities import activity, user

Where = list[dict[str, Any]]
ORDER = {
    "coupon": "SPRING",
    "products": [{"sku": "A", "price": 10}, {"sku": "B", "price": 90, "tags": ["new"]}],
    "shipping": {"method": "express", "price": 5},
}


def is_(property_: str, value: Any, operator: str = "equals") -> dict[str, Any]:
    return {"property": property_, "operator": operator, "value": value}


def entry(property_: str, *where: dict[str, Any]) -> dict[str, Any]:
    return {"type": "entry", "property": property_, "where": list(where)}


def either(*where: dict[str, Any]) -> dict[str, Any]:
    return {"type": "or", "where": list(where)}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ([is_("products.sku", "A"), is_("products.price", 90)], True),
        ([entry("products", is_("sku", "A"), is_("price", 90))], False),
        ([entry("products", is_("sku", "B"), is_("price", 50, "at_least"))], True),
        ([entry("products", is_("sku", "B"), is_("tags", "new"))], True),
        ([entry("products", is_("sku", "A", "not_equals"), is_("price", 50, "less"))], False),
        ([entry("shipping", is_("method", "express"), is_("price", 5))], True),
        ([entry("coupon", is_("x", "y", "not_equals"))], False),
        ([entry("returns", is_("sku", "A", "not_equals"))], False),
        ([either(is_("coupon", "AUTUMN"), is_("products.sku", "A"))], True),
        ([either(is_("coupon", "AUTUMN"), is_("products.sku", "C"))], False),
        ([either(is_("coupon", "SPRING")), is_("products.sku", "C")], False),
        (
            [
                either(
                    {"type": "and", "where": [is_("coupon", "SPRING"), is_("products.sku", "C")]},
                    entry("products", is_("price", 90)),
                )
            ],
            True,
        ),
        ([entry("products", either(is_("sku", "C"), is_("price", 90)))], True),
    ],
)
def test_groups_of_filters_match_orders(where: Where, expected: bool) -> None:
    matches = matcher_of(selector_of({"event": "Order Completed", "where": where}))
    assert matches(activity(user("u"), name="Order Completed", properties=ORDER)) is expected


def test_several_events_count_together() -> None:
    matches = matcher_of(selector_of({"events": ["Order Completed", "Subscription Renewed"]}))
    names = ["Order Completed", "Subscription Renewed", "Viewed", None]
    assert [name for name in names if matches(activity(user("u"), name=name))] == names[:2]


def test_ids_of_metrics_are_stable() -> None:
    """A changed id would count every customer anew."""
    selector = Selector(event="Order Completed")
    assert Metric(COUNT, selector, None, 93, "UTC").id == "c5fbd69eba1"
    assert (
        Metric(COUNT, selector_of({"event": "Order Completed", "events": []})).id
        == Metric(COUNT, selector).id
    )


def refused(condition: dict[str, Any]) -> list[dict[str, str]]:
    with pytest.raises(InvalidInputError) as error:
        read_condition(condition, lambda _kind, _name: None)
    errors: list[dict[str, str]] = error.value.details["errors"]
    return errors


def nested(depth: int) -> dict[str, Any]:
    return is_("a", 1) if depth == 1 else either(nested(depth - 1))


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"where": [is_("a", 1)] * 10 + [either(*[is_("a", 1)] * 10)]}, "condition.where.10.where.9"),
        ({"where": [nested(DEEPEST_FILTERS + 1)]}, f"condition.where.0{'.where.0' * DEEPEST_FILTERS}"),
        ({"where": [{"type": "entry", "where": [is_("a", 1)]}]}, "condition.where.0.property"),
        ({"where": [either(is_("a", 1)) | {"property": "b"}]}, "condition.where.0.property"),
        ({"where": [either(is_("a", "x", "greater"))]}, "condition.where.0.where.0.value"),
        ({"event": "A", "events": ["B"]}, "condition.events"),
    ],
)
def test_an_invalid_filter_is_refused_with_its_path(more: dict[str, Any], place: str) -> None:
    (error,) = refused({"type": "never", **more})
    assert error["field"] == place


def test_the_largest_allowed_groups_are_accepted() -> None:
    where = [*[is_("a", 1)] * (MAX_FILTERS - DEEPEST_FILTERS), nested(DEEPEST_FILTERS)]
    given = {"type": "never", "where": where}
    assert read_condition(given, lambda _kind, _name: None) == given


def test_an_unknown_field_is_reported_with_its_path_and_a_suggestion() -> None:
    where = [entry("products", {"propety": "sku", "operator": "equals", "value": "A"})]
    body = {"name": "Some", "condition": {"type": "event", "event": "Order Completed", "where": where}}
    with pytest.raises(InvalidInputError) as error:
        read_model({"body": json.dumps(body)}, "segments.NewSegment")
    errors = {one["field"]: one["message"] for one in error.value.details["errors"]}
    assert "property" in errors["condition.where.0.where.0.propety"]
