"""Build error messages for values of the wrong JSON type, or beyond a bound."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from crm.http.places import PathStep

_WANTED: Mapping[str, str] = {
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "list_type": "a list",
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
}
SHAPE_EXAMPLES: Mapping[PathStep, Any] = {
    "window": {"within_days": 90},
    "first": {"event": "Product Added"},
    "then": {"event": "Order Completed"},
    "where": [{"property": "total", "operator": "at_least", "value": 50}],
    "condition": {"type": "tag", "tag": "VIP"},
    "conditions": [{"type": "tag", "tag": "VIP"}],
    "columns": [{"column": "E-mail", "to": "attribute", "name": "email"}],
    "fields": [{"name": "email", "attribute": "email", "label": "Your e-mail"}],
    "segments": ["big-spenders"],
    "within_days": 90,
    "between": ["2026-01-01", "2026-03-31"],
    "days_ago": [30, 60],
    "within": {"hours": 2},
    "steps": [{"event": "Product Added"}, {"event": "Order Completed"}],
    "rules": [{"event": "Order Completed", "points": 5}],
}

_BOUNDS: Mapping[str, str] = {
    "too_short": "must have at least {} entries",
    "too_long": "must have at most {} entries",
    "string_too_short": "must have at least {} characters",
    "string_too_long": "must have at most {} characters",
    "greater_than_equal": "must be at least {}",
    "less_than_equal": "must be at most {}",
    "greater_than": "must be greater than {}",
    "less_than": "must be less than {}",
}
_BOUND_NAMES = ("min_length", "max_length", "ge", "le", "gt", "lt")


_PATTERNS: Mapping[str, str] = {
    "^[a-z][a-z0-9_]{0,49}$": "1 to 50 lower-case letters, digits and _, beginning with a letter",
    "^[a-z0-9][a-z0-9_-]{0,49}$": "1 to 50 lower-case letters, digits, - and _, beginning with a letter or a digit",
    "^[a-z0-9][a-z0-9_-]*$": "lower-case letters, digits, - and _, beginning with a letter or a digit",
    "^[A-Za-z]{2}$": "two letters",
}


def pattern_problem(pattern: str) -> str | None:
    """Describe the pattern that a text must match; None for a pattern without a description."""
    return f"must be {words}" if (words := _PATTERNS.get(pattern)) else None


def is_shape(kind: str) -> bool:
    """Decide whether an error of pydantic is about the JSON type of a value."""
    return kind in _WANTED


def shape_problem(kind: str, path: Sequence[PathStep], sent: Any) -> str:
    """Return a message such as `must be a list, such as [...]`, without anything that was sent. `path` leads to the
    value.
    """
    wanted, example = _WANTED[kind], _example(path)
    such = "" if example is None else f", such as {json.dumps(example)}"
    body = "" if path else "the body "
    return f"{body}must be {wanted}{_instead(wanted, path, sent)}{such}"


def bound_problem(kind: str, found: Mapping[str, Any]) -> str | None:
    """Return the message for a text, list or number beyond a bound; None for other errors."""
    words = _BOUNDS.get(kind)
    bound = next((value for name, value in found.get("ctx", {}).items() if name in _BOUND_NAMES), None)
    if words is None or bound is None:
        return None
    return "must not be empty" if kind.endswith("too_short") and bound == 1 else words.format(_plain(bound))


def _example(path: Sequence[PathStep]) -> Any:
    """Return the example of a field; for an entry of a list, the first entry of the list's example."""
    if path and isinstance(path[-1], int) and len(path) > 1:
        entries = SHAPE_EXAMPLES.get(path[-2])
        return entries[0] if isinstance(entries, list) else None
    return SHAPE_EXAMPLES.get(path[-1]) if path else None


def _instead(wanted: str, path: Sequence[PathStep], sent: Any) -> str:
    if wanted.endswith("number") and isinstance(sent, str):
        return " without quotes"
    if wanted == "a list" and sent is not None:
        return " in [ ]"
    if wanted == "an object" and isinstance(sent, list):
        joined = '; several are joined by {"type": "and", "conditions": [...]}'
        return f" in {{ }}, not a list{joined if path and path[-1] == 'condition' else ''}"
    if wanted == "an object":
        return " in { }"
    return ", not a list" if isinstance(sent, list) else ""


def _plain(bound: Any) -> Any:
    """Return a whole number without a decimal point: 0 for 0.0."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound
