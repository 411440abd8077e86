"""Wrong values, attributes, webhooks, forms, lists, mappings, bulk actions and exports: the first error of each."""

from __future__ import annotations

from tests.support.wrong_bodies.conditions import Case

WRONG_DEFINITIONS: list[Case] = [
    (
        "values.NewAggregate",
        {"name": "a", "function": "unique"},
        "function",
        "Unknown value. Did you mean `distinct_values`?",
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
