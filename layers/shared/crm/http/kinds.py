"""Build error messages for objects of several kinds, if the field that names the kind is missing or invalid."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from crm.http.near_values import format_choices, near_values

_CONDITION = {"and", "or", "not", "event", "attribute"}
"""Kinds by which unions of conditions are distinguished from other unions."""

KIND_EXAMPLES: Mapping[str, Any] = {
    "and": {"type": "and", "conditions": [{"type": "tag", "tag": "VIP"}]},
    "or": {"type": "or", "conditions": [{"type": "tag", "tag": "VIP"}]},
    "not": {"type": "not", "condition": {"type": "tag", "tag": "VIP"}},
    "event": {"type": "event", "event": "Order Completed", "value": 2, "window": {"within_days": 90}},
    "never": {"type": "never", "event": "Order Completed", "window": {"within_days": 90}},
    "attribute": {"type": "attribute", "name": "city", "operator": "equals", "value": "Rome"},
    "tag": {"type": "tag", "tag": "VIP"},
    "list": {"type": "list", "list": "Newsletter"},
    "segment": {"type": "segment", "segment": "big-spenders"},
    "consent": {"type": "consent", "channel": "email", "state": "granted"},
    "date": {"type": "date", "field": "last_seen", "operator": "more_than_days_ago", "value": 30},
    "value": {"type": "value", "aggregate": "orders", "operator": "at_least", "value": 2},
    "sequence": {
        "type": "sequence",
        "first": {"event": "Product Added"},
        "then": {"event": "Order Completed"},
        "within_days": 7,
    },
    "stopped": {"type": "stopped", "event": "Order Completed", "active_days": 180, "quiet_days": 60},
}

_JOINING = frozenset({"conditions", "rules", "filters", "children", "groups", "filterbranches"})
_INDICATORS: Sequence[tuple[str, frozenset[str]]] = (
    ("and", frozenset({"and", "all", "$and", "must"})),
    ("or", frozenset({"or", "any", "$or", "should"})),
    ("not", frozenset({"not", "none", "$not", "must_not", "condition"})),
    ("sequence", frozenset({"first", "then", "steps"})),
    ("stopped", frozenset({"quiet_days", "active_days"})),
    ("value", frozenset({"aggregate", "score", "expression"})),
    ("consent", frozenset({"channel", "purpose", "state"})),
    ("tag", frozenset({"tag", "tags"})),
    ("list", frozenset({"list", "lists"})),
    ("segment", frozenset({"segment", "segments"})),
    ("date", frozenset({"yearly"})),
    (
        "event",
        frozenset(
            {"event", "event_name", "count", "times", "within_days", "window", "where", "function"}
            | {"metric_id", "measurement", "timeframe", "frequency", "last_days", "events"}
        ),
    ),
    ("and", _JOINING),
    ("attribute", frozenset({"attribute", "trait", "property", "name", "key", "field", "fact"})),
)
"""Fields that indicate a kind of condition, the surest first."""


def missing_kind(sent: Any, kinds: Sequence[str]) -> str:
    """Return the message for an object without a kind."""
    return _message("Field required: the kind is missing.", guessed(sent, kinds), kinds)


def unknown_kind(sent: Any, kinds: Sequence[str]) -> str:
    """Return the message for an object whose kind is not one of these."""
    near = near_values(sent, kinds)
    return _message("Unknown kind.", near[0] if near else None, kinds)


def missing_field(owner: Any, field: Any) -> str:
    """Return the message for an object that lacks a field of its kind."""
    example = KIND_EXAMPLES.get(str(owner.get("type"))) if isinstance(owner, dict) else None
    return (
        f"Field required, as in {json.dumps(example)}" if example and field in example else "Field required"
    )


def misplaced(name: str) -> str | None:
    """Return the message for a field of the body that belongs in its `condition`; None if it indicates no kind of
    condition.
    """
    kind = next((kind for kind, fields in _INDICATORS[:-1] if name.casefold() in fields), None)
    example = KIND_EXAMPLES.get(kind or "")
    return f"Unknown field. Did you mean `condition`, such as {json.dumps(example)}?" if example else None


def guessed(sent: Any, kinds: Sequence[str]) -> str | None:
    """Guess the kind of condition from the fields of an object."""
    if not isinstance(sent, dict) or not _CONDITION.issubset(kinds) or not sent:
        return None
    names = {name.casefold() for name in sent if isinstance(name, str)}
    logic = {str(value).casefold() for value in sent.values() if isinstance(value, str)} & {"and", "or"}
    if names & _JOINING and logic:
        return min(logic)
    found = (kind for kind, fields in _INDICATORS if kind in kinds and names & fields)
    return next(found, "attribute" if len(sent) == 1 else None)


def _message(problem: str, suggested: str | None, kinds: Sequence[str]) -> str:
    example = (
        f", such as {json.dumps(KIND_EXAMPLES[suggested])}"
        if suggested and suggested in KIND_EXAMPLES
        else ""
    )
    suggestion = f" Did you mean `{suggested}`{example}?" if suggested else ""
    return f"{problem}{suggestion} Must be one of {format_choices(kinds)}"
