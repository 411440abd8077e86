"""Definitions as people write them who know another product, and what is answered: the place, and what was meant."""

import json
from typing import Any

import pytest

from crm.domain.errors import InvalidInputError
from crm.http import kinds, shapes
from crm.http.body import read_model
from crm.http.near_values import near_values

S = "segments.NewSegment"
BOUGHT = {"type": "event", "event": "Order Completed"}


def if_(condition: Any) -> dict[str, Any]:
    return {"name": "S", "condition": condition}


WRONG: list[tuple[str, Any, str, str]] = [
    (S, [1], "", "the body must be an object in { }, not a list"),
    (
        S,
        if_({"type": None, "event": "x"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `event`",
    ),
    (
        S,
        if_({"type": ["event"], "tag": "x"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `tag`",
    ),
    (
        S,
        if_({"field": "city", "operator": "equals"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `attribute`",
    ),
    (S, if_({"type": "birthday"}), "condition.type", "Unknown kind. Did you mean `date`"),
    (
        S,
        if_(BOUGHT | {"where": ["total > 50"]}),
        "condition.where.0",
        'must be an object in { }, such as {"property": "total"',
    ),
    (
        S,
        if_(BOUGHT | {"window": {"from": "2026-01-01"}}),
        "condition.window.from",
        "Unknown field. Did you mean `between`?",
    ),
    (
        S,
        if_(BOUGHT | {"window": {"between": "2026"}}),
        "condition.window.between",
        'must be a list in [ ], such as ["2026-01-01", "2026-03-31"]',
    ),
    (
        S,
        if_(BOUGHT | {"window": {"within": "2h"}}),
        "condition.window.within",
        'must be an object in { }, such as {"hours": 2}',
    ),
    (
        S,
        if_(BOUGHT | {"window": {"days_ago": [3]}}),
        "condition.window.days_ago",
        "must have at least 2 entries",
    ),
    (S, if_(BOUGHT | {"window": {"within_days": 0}}), "condition.window.within_days", "must be at least 1"),
    (
        S,
        if_({"type": "sequence", "steps": ["A", "B"]}),
        "condition.steps.0",
        'must be an object in { }, such as {"event": "Product Added"}',
    ),
    (S, if_({"type": "and", "conditions": []}), "condition.conditions", "must not be empty"),
    *(
        (S, if_({"type": kind, **more, "percent": percent}), "condition.percent", message)
        for kind, more in (("random_share", {"seed": "x"}), ("top", {"aggregate": "revenue"}))
        for percent, message in (
            ("10%", "must be a number without quotes"),
            ([10], "must be a number, not a list"),
            (None, "must be a number"),
            (0, "must be greater than 0"),
            (101, "must be at most 100"),
        )
    ),
    (S, if_({"type": "random_share", "percent": 1, "from": 100}), "condition.from", "must be less than 100"),
    (S, if_({"type": "random_share", "percent": 1, "from": {"a": 1}}), "condition.from", "must be a number"),
    (S, {"name": "x" * 101}, "name", "must have at most 100 characters"),
    (
        "values.NewAggregate",
        {"name": "a", "function": "unique"},
        "function",
        "Unknown value. Did you mean `distinct_values`?",
    ),
    (
        S,
        if_(BOUGHT | {"count": 2, "within_days": 90}),
        "condition.count",
        "Unknown field. Did you mean `value`?",
    ),
    (
        S,
        if_({"count": 2, "within_days": 90}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `event`",
    ),
    (S, {"name": "S", "count": 2, "within_days": 90}, "count", "Unknown field. Did you mean `condition`"),
    (
        S,
        if_(BOUGHT | {"window": {"days": 90}}),
        "condition.window.days",
        "Unknown field. Did you mean `within_days`?",
    ),
    (
        S,
        if_(BOUGHT | {"window": {"within_days": "90"}}),
        "condition.window.within_days",
        "must be a whole number without quotes, such as 90",
    ),
    (
        S,
        if_(BOUGHT | {"window": 90}),
        "condition.window",
        'must be an object in { }, such as {"within_days": 90}',
    ),
    (
        S,
        if_(BOUGHT | {"window": "90 days"}),
        "condition.window",
        'must be an object in { }, such as {"within_days": 90}',
    ),
    (
        S,
        if_(BOUGHT | {"operator": ">=", "value": 2}),
        "condition.operator",
        "Unknown value. Did you mean `at_least`?",
    ),
    (
        S,
        if_(BOUGHT | {"operator": "gte", "value": 2}),
        "condition.operator",
        "Unknown value. Did you mean `at_least`?",
    ),
    (
        S,
        if_(BOUGHT | {"operator": "greater_than", "value": 2}),
        "condition.operator",
        "Unknown value. Did you mean `greater`?",
    ),
    (
        S,
        if_({"type": "event", "name": "Order Completed"}),
        "condition.name",
        "Unknown field. Did you mean `event` or `property`?",
    ),
    (
        S,
        if_({"type": "event", "event_name": "Order Completed"}),
        "condition.event_name",
        "Unknown field. Did you mean `event`?",
    ),
    (
        S,
        if_({"type": "events", "event": "Order Completed"}),
        "condition.type",
        "Unknown kind. Did you mean `event`",
    ),
    (
        S,
        if_({"type": "track", "event": "Order Completed"}),
        "condition.type",
        "Unknown kind. Did you mean `event`",
    ),
    (
        S,
        if_({"event": "Order Completed"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `event`",
    ),
    (
        S,
        if_(BOUGHT | {"filters": [{"property": "total", "operator": "at_least", "value": 50}]}),
        "condition.filters",
        "Unknown field. Did you mean `where`?",
    ),
    (
        S,
        if_(BOUGHT | {"where": {"total": 50}}),
        "condition.where",
        'must be a list in [ ], such as [{"property": "total", "operator": "at_least", "value": 50}]',
    ),
    (
        S,
        if_(BOUGHT | {"where": {"property": "total", "operator": "at_least", "value": 50}}),
        "condition.where",
        'must be a list in [ ], such as [{"property": "total", "operator": "at_least", "value": 50}]',
    ),
    (
        S,
        if_(BOUGHT | {"where": [{"property": "total", "operator": "gt", "value": 50}]}),
        "condition.where.0.operator",
        "Unknown value. Did you mean `greater`?",
    ),
    (
        S,
        if_(BOUGHT | {"where": [{"name": "total", "op": "at_least", "value": 50}]}),
        "condition.where.0.name",
        "Unknown field. Did you mean `property`?",
    ),
    (
        S,
        if_(BOUGHT | {"where": [{"property": "total", "value": 50}]}),
        "condition.where.0.operator",
        "Field required",
    ),
    (
        S,
        if_(BOUGHT | {"aggregate": "sum", "property": "total", "value": 100}),
        "condition.aggregate",
        "Unknown field. Did you mean `function`?",
    ),
    (
        S,
        if_(BOUGHT | {"function": "total", "property": "total", "value": 100}),
        "condition.function",
        "Unknown value. Did you mean `sum`?",
    ),
    (S, if_(BOUGHT | {"window": {"last": "90d"}}), "condition.window.last", "Unknown value."),
    (
        S,
        if_({"type": "and", "rules": [{"type": "tag", "tag": "VIP"}]}),
        "condition.rules",
        "Unknown field. Did you mean `conditions`?",
    ),
    (
        S,
        if_({"and": [{"type": "tag", "tag": "VIP"}]}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `and`",
    ),
    (
        S,
        if_({"all": [{"type": "tag", "tag": "VIP"}, {"type": "tag", "tag": "X"}]}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `and`",
    ),
    (
        S,
        if_({"$and": [{"city": {"$eq": "Rome"}}]}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `and`",
    ),
    (
        S,
        if_({"operator": "AND", "conditions": [{"type": "tag", "tag": "VIP"}]}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `and`",
    ),
    (
        S,
        if_({"type": "AND", "conditions": [{"type": "tag", "tag": "VIP"}]}),
        "condition.type",
        "Unknown kind. Did you mean `and`",
    ),
    (
        S,
        if_({"type": "and", "conditions": {"type": "tag", "tag": "VIP"}}),
        "condition.conditions",
        'must be a list in [ ], such as [{"type": "tag", "tag": "VIP"}]',
    ),
    (
        S,
        if_([{"type": "tag", "tag": "VIP"}]),
        "condition",
        'must be an object in { }, not a list; several are joined by {"type": "and", "conditions": [...]}',
    ),
    (
        S,
        if_({"type": "not", "conditions": [{"type": "tag", "tag": "VIP"}]}),
        "condition.conditions",
        "Unknown field. Did you mean `condition` or `condition.conditions`?",
    ),
    (
        S,
        if_({"type": "not", "condition": {"type": "tag", "name": "VIP"}}),
        "condition.condition.name",
        "Unknown field. Did you mean `tag`?",
    ),
    (
        S,
        if_({"type": "or", "conditions": [{"type": "tag", "tag": "VIP"}, {"type": "evnt", "event": "x"}]}),
        "condition.conditions.1.type",
        "Unknown kind. Did you mean `event`",
    ),
    (
        S,
        if_({"type": "attribute", "attribute": "city", "operator": "equals", "value": "Rome"}),
        "condition.attribute",
        "Unknown field. Did you mean `name`?",
    ),
    (S, if_({"type": "attribute", "name": "city", "value": "Rome"}), "condition.operator", "Field required"),
    (
        S,
        if_({"type": "attribute", "name": "city", "operator": "is", "value": "Rome"}),
        "condition.operator",
        "Unknown value. Did you mean `equals`?",
    ),
    (
        S,
        if_({"type": "attribute", "name": "city", "operator": "in", "value": ["Rome"]}),
        "condition.operator",
        "Unknown value. Did you mean `one_of`?",
    ),
    (
        S,
        if_({"type": "attribute", "name": "city", "equals": "Rome"}),
        "condition.equals",
        "Unknown field. Did you mean `operator`?",
    ),
    (
        S,
        if_({"type": "trait", "name": "city", "operator": "equals", "value": "Rome"}),
        "condition.type",
        "Unknown kind. Did you mean `attribute`",
    ),
    (
        S,
        if_({"type": "property", "property": "city", "operator": "equals", "value": "Rome"}),
        "condition.type",
        "Unknown kind. Did you mean `attribute`",
    ),
    (
        S,
        if_({"city": "Rome"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `attribute`",
    ),
    (S, if_("city = Rome"), "condition", "must be an object in { }"),
    (S, if_({"type": "tag", "tag": ["VIP"]}), "condition.tag", "must be a text in quotes, not a list"),
    (S, if_({"type": "tag"}), "condition.tag", "Field required"),
    (
        S,
        if_({"type": "consent", "channel": "email", "status": "subscribed"}),
        "condition.status",
        "Unknown field. Did you mean `state`?",
    ),
    (
        S,
        if_({"type": "consent", "channel": "email", "state": "subscribed"}),
        "condition.state",
        "Unknown value. Did you mean `granted`?",
    ),
    (
        S,
        if_({"type": "date", "attribute": "birthday", "operator": "within_next", "value": 7}),
        "condition.operator",
        "Unknown value. Did you mean `less_than_days_ahead`?",
    ),
    (
        S,
        if_({"type": "date", "field": "last_order", "operator": "more_than_days_ago", "value": 30}),
        "condition.field",
        "Unknown value. Did you mean `last_transaction`?",
    ),
    (
        S,
        if_({"type": "date", "field": "last_seen", "operator": "greater", "value": 30}),
        "condition.operator",
        "Unknown value. Did you mean `more_than_days_ago`?",
    ),
    (
        S,
        if_({"type": "sequence", "first": "Cart", "then": "Order", "within_days": 7}),
        "condition.first",
        'must be an object in { }, such as {"event": "Product Added"}',
    ),
    (
        S,
        if_({"type": "never", "event": "Order Completed", "within_days": 30}),
        "condition.within_days",
        "Unknown field. Did you mean `window.within_days`?",
    ),
    (S, if_({"type": "stopped", "event": "Order Completed"}), "condition.quiet_days", "Field required"),
    (
        S,
        if_({"type": "profile-metric", "metric_id": "x", "measurement": "count"}),
        "condition.type",
        "Unknown kind. Did you mean `event`",
    ),
    (
        S,
        if_({"filterBranchType": "OR", "filterBranches": [], "filters": []}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `or`",
    ),
    (
        S,
        {"name": "S", "definition": {"condition_groups": [{"conditions": []}]}},
        "definition",
        "Unknown field. Did you mean `condition`?",
    ),
    (
        S,
        {"name": "S", "conditions": [{"type": "tag", "tag": "VIP"}]},
        "conditions",
        "Unknown field. Did you mean `condition`",
    ),
    (
        S,
        {"name": "S", "filter": {"type": "tag", "tag": "VIP"}},
        "filter",
        "Unknown field. Did you mean `condition`?",
    ),
    (
        S,
        {"title": "S", "condition": {"type": "tag", "tag": "VIP"}},
        "title",
        "Unknown field. Did you mean `name`?",
    ),
    (
        "segments.PreviewedSegment",
        {"type": "tag", "tag": "VIP"},
        "type",
        "Unknown field. Did you mean `condition.type`?",
    ),
    ("segments.PreviewedSegment", {"segment": "loyal"}, "segment", "Unknown field. Did you mean `condition`"),
    (
        S,
        if_({"type": "segment", "name": "loyal"}),
        "condition.name",
        "Unknown field. Did you mean `segment`?",
    ),
    (
        S,
        if_({"type": "value", "name": "orders", "operator": "at_least", "value": 2}),
        "condition.name",
        "Unknown field. Did you mean `aggregate` or `score` or `expression`?",
    ),
    (
        S,
        if_(BOUGHT | {"timeframe": {"within_days": 90}}),
        "condition.timeframe",
        "Unknown field. Did you mean `window`?",
    ),
    (
        S,
        if_(BOUGHT | {"period": "last_30_days"}),
        "condition.period",
        "Unknown field. Did you mean `window`?",
    ),
    (
        S,
        if_({"type": "event", "event": ["A", "B"]}),
        "condition.event",
        "must be a text in quotes, not a list",
    ),
    (
        "values.NewAggregate",
        {"name": "orders", "function": "count", "event": "Order Completed", "filter": []},
        "filter",
        "Unknown field. Did you mean `where`?",
    ),
    (
        "values.NewAggregate",
        {"name": "Orders", "function": "count", "event": "Order Completed"},
        "name",
        "must be 1 to 50 lower-case letters, digits and _, beginning with a letter",
    ),
    (
        "values.NewAggregate",
        {"name": "spent", "function": "sum", "event": "Order Completed", "field": "total"},
        "field",
        "Unknown field. Did you mean `property` or `name`?",
    ),
    (
        "values.NewAggregate",
        {
            "name": "spent",
            "type": "sum",
            "event": "Order Completed",
            "property": "total",
            "window": {"days": 30},
        },
        "window.days",
        "Unknown field. Did you mean `within_days`?",
    ),
    (
        "values.NewExpression",
        {"name": "e", "formula": "1+1"},
        "formula",
        "Unknown field. Did you mean `text`?",
    ),
    (
        "values.NewExpression",
        {"name": "e", "expression": "orders +"},
        "expression",
        "Unknown field. Did you mean `text`?",
    ),
    (
        "values.NewExpression",
        {"name": "e", "expression": "ordrs > 2"},
        "expression",
        "Unknown field. Did you mean `text`?",
    ),
    (
        "definitions.NewAttribute",
        {"name": "shoe size", "type": "int"},
        "type",
        "Unknown value. Did you mean `number`?",
    ),
    (
        "definitions.NewAttribute",
        {"key": "shoe_size", "type": "number"},
        "key",
        "Unknown field. Did you mean `name`?",
    ),
    (
        "definitions.NewAttribute",
        {"name": "size", "type": "enum", "values": ["S"]},
        "type",
        "Unknown value. Did you mean `choice`?",
    ),
    (
        "webhooks.NewWebhook",
        {"name": "w", "endpoint": "https://a.example/x", "events": ["profile.created"]},
        "events.0",
        "Unknown value. Did you mean `Profile Created`?",
    ),
    (
        "webhooks.NewWebhook",
        {"name": "w", "url": "https://a.example/x", "events": ["segment_entered"]},
        "events.0",
        "Unknown value. Did you mean `Segment Entered`?",
    ),
    (
        "webhooks.NewWebhook",
        {"name": "w", "url": "https://a.example/x", "events": "Segment Entered"},
        "events",
        "must be a list in [ ]",
    ),
    (
        "forms.NewForm",
        {"name": "f", "fields": [{"name": "email", "type": "mail"}]},
        "fields.0.attribute",
        "Field required",
    ),
    ("forms.NewForm", {"title": "f"}, "name", "Field required"),
    ("lists.NewList", {"title": "x"}, "title", "Unknown field. Did you mean `name`?"),
    ("definitions.NewTag", {"tag": "x"}, "tag", "Unknown field. Did you mean `name`?"),
    (
        "import_mappings.NewImportMapping",
        {"name": "m", "mapping": {"Email": "email"}},
        "mapping",
        "Unknown field. Did you mean `columns`?",
    ),
    (
        "import_mappings.NewImportMapping",
        {"name": "m", "columns": {"Email": "email"}},
        "columns",
        'must be a list in [ ], such as [{"column": "E-mail", "to": "attribute", "name": "email"}]',
    ),
    (
        "import_mappings.NewImportMapping",
        {"name": "m", "columns": [{"column": "Email", "attribute": "email"}]},
        "columns.0.attribute",
        "Unknown field. Did you mean `to` or `name`?",
    ),
    (
        "bulk.NewBulk",
        {"filter": {"tag": "VIP"}, "action": {"type": "add_tag", "name": "x"}},
        "action.type",
        "Unknown kind. Did you mean `add_tags`?",
    ),
    (
        "bulk.NewBulk",
        {"filter": {"tagg": "VIP"}, "action": {"type": "tag", "tag": "x"}},
        "filter.tagg",
        "tagg is not a parameter of this list: did you mean tag?",
    ),
    (
        "exports.NewExport",
        {"segments": "loyal", "format": "excel"},
        "format",
        "Unknown value. Did you mean `xlsx`?",
    ),
]


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
    read_model({"body": json.dumps(if_(kinds.KIND_EXAMPLES[kind]))}, S)


def test_every_example_of_a_field_is_valid() -> None:
    examples = shapes.SHAPE_EXAMPLES
    window = BOUGHT | {"window": examples["window"], "where": examples["where"]}
    for name in ("between", "days_ago", "within", "within_days"):
        read_model({"body": json.dumps(if_(BOUGHT | {"window": {name: examples[name]}}))}, S)
    steps = {"type": "sequence", "steps": examples["steps"]}
    read_model({"body": json.dumps(if_(steps))}, S)
    read_model({"body": json.dumps({"name": "s", "rules": examples["rules"]})}, "values.NewScore")
    sequence = {"type": "sequence", "within_days": 7, "first": examples["first"], "then": examples["then"]}
    joined = {"type": "and", "conditions": examples["conditions"]}
    for condition in (window, sequence, joined, examples["condition"]):
        read_model({"body": json.dumps(if_(condition))}, S)
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
            read_model({"body": json.dumps(if_(condition))}, S)
        assert mark not in str(refused.value.details)
