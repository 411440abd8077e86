"""A condition of each type as requests send it, and the errors of wrong requests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm.domain.errors import InvalidInputError
from crm.http.body import read_model
from tests.model.segment_conditions import LEAVES

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


def read(model: str, body: Any) -> dict[str, Any]:
    """Read a body by the model with this name. Raises InvalidInputError."""
    return read_model({"body": json.dumps(body)}, model)


def as_json(body: dict[str, Any]) -> str:
    """Return JSON, in which 10 differs from 10.0."""
    return json.dumps(body, sort_keys=True)


def errors_of(model: str, body: Any) -> dict[str, str]:
    """Return the error messages by field."""
    with pytest.raises(InvalidInputError) as refused:
        read(model, body)
    return {shown["field"]: shown["message"] for shown in refused.value.details["errors"]}


def errors_of_condition(condition: Any) -> dict[str, str]:
    return errors_of("segments.PreviewedSegment", {"condition": condition})
