"""Segments with a wrong condition over the profile, or a wrong body: the path of the first error, and its message."""

from __future__ import annotations

from typing import Any

SEGMENT = "segments.NewSegment"

Case = tuple[str, Any, str, str]
"""The name of a model, a body, the path of its first error, and how the error's message begins."""


def segment_if(condition: Any) -> dict[str, Any]:
    """Return the body of a new segment with this condition."""
    return {"name": "S", "condition": condition}


WRONG_CONDITIONS: list[Case] = [
    (SEGMENT, [1], "", "the body must be an object in { }, not a list"),
    (
        SEGMENT,
        segment_if({"field": "city", "operator": "equals"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `attribute`",
    ),
    (SEGMENT, segment_if({"type": "birthday"}), "condition.type", "Unknown kind. Did you mean `date`"),
    (SEGMENT, segment_if({"type": "and", "conditions": []}), "condition.conditions", "must not be empty"),
    *(
        (SEGMENT, segment_if({"type": kind, **more, "percent": percent}), "condition.percent", message)
        for kind, more in (("random_share", {"seed": "x"}), ("top", {"aggregate": "revenue"}))
        for percent, message in (
            ("10%", "must be a number without quotes"),
            ([10], "must be a number, not a list"),
            (None, "must be a number"),
            (0, "must be greater than 0"),
            (101, "must be at most 100"),
        )
    ),
    (
        SEGMENT,
        segment_if({"type": "random_share", "percent": 1, "from": 100}),
        "condition.from",
        "must be less than 100",
    ),
    (
        SEGMENT,
        segment_if({"type": "random_share", "percent": 1, "from": {"a": 1}}),
        "condition.from",
        "must be a number",
    ),
    (SEGMENT, {"name": "x" * 101}, "name", "must have at most 100 characters"),
    (
        SEGMENT,
        segment_if({"type": "and", "rules": [{"type": "tag", "tag": "VIP"}]}),
        "condition.rules",
        "Unknown field. Did you mean `conditions`?",
    ),
    (
        SEGMENT,
        segment_if({"and": [{"type": "tag", "tag": "VIP"}]}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `and`",
    ),
    (
        SEGMENT,
        segment_if({"all": [{"type": "tag", "tag": "VIP"}, {"type": "tag", "tag": "X"}]}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `and`",
    ),
    (
        SEGMENT,
        segment_if({"$and": [{"city": {"$eq": "Rome"}}]}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `and`",
    ),
    (
        SEGMENT,
        segment_if({"operator": "AND", "conditions": [{"type": "tag", "tag": "VIP"}]}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `and`",
    ),
    (
        SEGMENT,
        segment_if({"type": "AND", "conditions": [{"type": "tag", "tag": "VIP"}]}),
        "condition.type",
        "Unknown kind. Did you mean `and`",
    ),
    (
        SEGMENT,
        segment_if({"type": "and", "conditions": {"type": "tag", "tag": "VIP"}}),
        "condition.conditions",
        'must be a list in [ ], such as [{"type": "tag", "tag": "VIP"}]',
    ),
    (
        SEGMENT,
        segment_if([{"type": "tag", "tag": "VIP"}]),
        "condition",
        'must be an object in { }, not a list; several are joined by {"type": "and", "conditions": [...]}',
    ),
    (
        SEGMENT,
        segment_if({"type": "not", "conditions": [{"type": "tag", "tag": "VIP"}]}),
        "condition.conditions",
        "Unknown field. Did you mean `condition` or `condition.conditions`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "not", "condition": {"type": "tag", "name": "VIP"}}),
        "condition.condition.name",
        "Unknown field. Did you mean `tag`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "attribute", "attribute": "city", "operator": "equals", "value": "Rome"}),
        "condition.attribute",
        "Unknown field. Did you mean `name`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "attribute", "name": "city", "value": "Rome"}),
        "condition.operator",
        "Field required",
    ),
    (
        SEGMENT,
        segment_if({"type": "attribute", "name": "city", "operator": "is", "value": "Rome"}),
        "condition.operator",
        "Unknown value. Did you mean `equals`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "attribute", "name": "city", "operator": "in", "value": ["Rome"]}),
        "condition.operator",
        "Unknown value. Did you mean `one_of`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "attribute", "name": "city", "equals": "Rome"}),
        "condition.equals",
        "Unknown field. Did you mean `operator`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "trait", "name": "city", "operator": "equals", "value": "Rome"}),
        "condition.type",
        "Unknown kind. Did you mean `attribute`",
    ),
    (
        SEGMENT,
        segment_if({"type": "property", "property": "city", "operator": "equals", "value": "Rome"}),
        "condition.type",
        "Unknown kind. Did you mean `attribute`",
    ),
    (
        SEGMENT,
        segment_if({"city": "Rome"}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `attribute`",
    ),
    (SEGMENT, segment_if("city = Rome"), "condition", "must be an object in { }"),
    (
        SEGMENT,
        segment_if({"type": "tag", "tag": ["VIP"]}),
        "condition.tag",
        "must be a text in quotes, not a list",
    ),
    (SEGMENT, segment_if({"type": "tag"}), "condition.tag", "Field required"),
    (
        SEGMENT,
        segment_if({"type": "consent", "channel": "email", "status": "subscribed"}),
        "condition.status",
        "Unknown field. Did you mean `state`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "consent", "channel": "email", "state": "subscribed"}),
        "condition.state",
        "Unknown value. Did you mean `granted`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "date", "attribute": "birthday", "operator": "within_next", "value": 7}),
        "condition.operator",
        "Unknown value. Did you mean `less_than_days_ahead`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "date", "field": "last_order", "operator": "more_than_days_ago", "value": 30}),
        "condition.field",
        "Unknown value. Did you mean `last_transaction`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "date", "field": "last_seen", "operator": "greater", "value": 30}),
        "condition.operator",
        "Unknown value. Did you mean `more_than_days_ago`?",
    ),
    (
        SEGMENT,
        segment_if({"filterBranchType": "OR", "filterBranches": [], "filters": []}),
        "condition.type",
        "Field required: the kind is missing. Did you mean `or`",
    ),
    (
        SEGMENT,
        {"name": "S", "definition": {"condition_groups": [{"conditions": []}]}},
        "definition",
        "Unknown field. Did you mean `condition`?",
    ),
    (
        SEGMENT,
        {"name": "S", "conditions": [{"type": "tag", "tag": "VIP"}]},
        "conditions",
        "Unknown field. Did you mean `condition`",
    ),
    (
        SEGMENT,
        {"name": "S", "filter": {"type": "tag", "tag": "VIP"}},
        "filter",
        "Unknown field. Did you mean `condition`?",
    ),
    (
        SEGMENT,
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
        SEGMENT,
        segment_if({"type": "segment", "name": "loyal"}),
        "condition.name",
        "Unknown field. Did you mean `segment`?",
    ),
    (
        SEGMENT,
        segment_if({"type": "value", "name": "orders", "operator": "at_least", "value": 2}),
        "condition.name",
        "Unknown field. Did you mean `aggregate` or `score` or `expression`?",
    ),
]
