"""Segments with a wrong condition over events: the path of the first error, and its message."""

from __future__ import annotations

from tests.support.wrong_bodies.conditions import SEGMENT, Case, segment_if

BOUGHT = {"type": "event", "event": "Order Completed"}

WRONG_EVENT_CONDITIONS: list[Case] = [
    (
        SEGMENT,
        segment_if({"type": None, "event": "x"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `event`",
    ),
    (
        SEGMENT,
        segment_if({"type": ["event"], "tag": "x"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `tag`",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"where": ["total > 50"]}),
        "condition.where.0",
        'must be an object in { }, such as {"property": "total"',
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": {"from": "2026-01-01"}}),
        "condition.window.from",
        "Unknown field. Did you mean `between`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": {"between": "2026"}}),
        "condition.window.between",
        'must be a list in [ ], such as ["2026-01-01", "2026-03-31"]',
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": {"within": "2h"}}),
        "condition.window.within",
        'must be an object in { }, such as {"hours": 2}',
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": {"days_ago": [3]}}),
        "condition.window.days_ago",
        "must have at least 2 entries",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": {"within_days": 0}}),
        "condition.window.within_days",
        "must be at least 1",
    ),
    (
        SEGMENT,
        segment_if({"type": "sequence", "steps": ["A", "B"]}),
        "condition.steps.0",
        'must be an object in { }, such as {"event": "Product Added"}',
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"count": 2, "within_days": 90}),
        "condition.count",
        "Unknown field. Did you mean `value`?",
    ),
    (
        SEGMENT,
        segment_if({"count": 2, "within_days": 90}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `event`",
    ),
    (
        SEGMENT,
        {"name": "S", "count": 2, "within_days": 90},
        "count",
        "Unknown field. Did you mean `condition`",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": {"days": 90}}),
        "condition.window.days",
        "Unknown field. Did you mean `within_days`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": {"within_days": "90"}}),
        "condition.window.within_days",
        "must be a whole number without quotes, such as 90",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": 90}),
        "condition.window",
        'must be an object in { }, such as {"within_days": 90}',
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"window": "90 days"}),
        "condition.window",
        'must be an object in { }, such as {"within_days": 90}',
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"operator": ">=", "value": 2}),
        "condition.operator",
        "Unknown value. Did you mean `at_least`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"operator": "gte", "value": 2}),
        "condition.operator",
        "Unknown value. Did you mean `at_least`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"operator": "greater_than", "value": 2}),
        "condition.operator",
        "Unknown value. Did you mean `greater`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "event", "name": "Order Completed"}),
        "condition.name",
        "Unknown field. Did you mean `event` or `property`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "event", "event_name": "Order Completed"}),
        "condition.event_name",
        "Unknown field. Did you mean `event`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "events", "event": "Order Completed"}),
        "condition.type",
        "Unknown kind. Did you mean `event`",
    ),
    (
        SEGMENT,
        segment_if({"type": "track", "event": "Order Completed"}),
        "condition.type",
        "Unknown kind. Did you mean `event`",
    ),
    (
        SEGMENT,
        segment_if({"event": "Order Completed"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `event`",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"filters": [{"property": "total", "operator": "at_least", "value": 50}]}),
        "condition.filters",
        "Unknown field. Did you mean `where`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"where": {"total": 50}}),
        "condition.where",
        'must be a list in [ ], such as [{"property": "total", "operator": "at_least", "value": 50}]',
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"where": {"property": "total", "operator": "at_least", "value": 50}}),
        "condition.where",
        'must be a list in [ ], such as [{"property": "total", "operator": "at_least", "value": 50}]',
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"where": [{"property": "total", "operator": "gt", "value": 50}]}),
        "condition.where.0.operator",
        "Unknown value. Did you mean `greater`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"where": [{"name": "total", "op": "at_least", "value": 50}]}),
        "condition.where.0.name",
        "Unknown field. Did you mean `property`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"where": [{"property": "total", "value": 50}]}),
        "condition.where.0.operator",
        "Field required",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"aggregate": "sum", "property": "total", "value": 100}),
        "condition.aggregate",
        "Unknown field. Did you mean `function`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"function": "total", "property": "total", "value": 100}),
        "condition.function",
        "Unknown value. Did you mean `sum`?",
    ),
    (SEGMENT, segment_if(BOUGHT | {"window": {"last": "90d"}}), "condition.window.last", "Unknown value."),
    (
        SEGMENT,
        segment_if(
            {"type": "or", "conditions": [{"type": "tag", "tag": "VIP"}, {"type": "evnt", "event": "x"}]}
        ),
        "condition.conditions.1.type",
        "Unknown kind. Did you mean `event`",
    ),
    (
        SEGMENT,
        segment_if({"type": "sequence", "first": "Cart", "then": "Order", "within_days": 7}),
        "condition.first",
        'must be an object in { }, such as {"event": "Product Added"}',
    ),
    (
        SEGMENT,
        segment_if({"type": "never", "event": "Order Completed", "within_days": 30}),
        "condition.within_days",
        "Unknown field. Did you mean `window.within_days`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "stopped", "event": "Order Completed"}),
        "condition.quiet_days",
        "Field required",
    ),
    (
        SEGMENT,
        segment_if({"type": "profile-metric", "metric_id": "x", "measurement": "count"}),
        "condition.type",
        "Unknown kind. Did you mean `event`",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"timeframe": {"within_days": 90}}),
        "condition.timeframe",
        "Unknown field. Did you mean `window`?",
    ),
    (
        SEGMENT,
        segment_if(BOUGHT | {"period": "last_30_days"}),
        "condition.period",
        "Unknown field. Did you mean `window`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "event", "event": ["A", "B"]}),
        "condition.event",
        "must be a text in quotes, not a list",
    ),
]
