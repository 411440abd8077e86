"""What is said where a field holds another type of JSON than it takes."""

import json
from collections.abc import Mapping
from typing import Any

from crm.http.places import Step

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
EXAMPLES: Mapping[Step, Any] = {
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
}


_PATTERNS: Mapping[str, str] = {
    "^[a-z][a-z0-9_]{0,49}$": "1 to 50 lower-case letters, digits and _, beginning with a letter",
    "^[a-z0-9][a-z0-9_-]{0,49}$": "1 to 50 lower-case letters, digits, - and _, beginning with a letter or a digit",
    "^[a-z0-9][a-z0-9_-]*$": "lower-case letters, digits, - and _, beginning with a letter or a digit",
    "^[A-Za-z]{2}$": "two letters",
}


def pattern_problem(pattern: str) -> str | None:
    """What a text must be that does not match a pattern, in words; None where there are none for it."""
    return f"must be {words}" if (words := _PATTERNS.get(pattern)) else None


def is_shape(kind: str) -> bool:
    """Whether an error of pydantic's is about the type of what was sent."""
    return kind in _WANTED


def shape_problem(kind: str, field: Step | None, sent: Any) -> str:
    """`must be a list, such as [...]`. Nothing of what was sent is in it."""
    wanted = _WANTED[kind]
    example = f", such as {json.dumps(EXAMPLES[field])}" if field is not None and field in EXAMPLES else ""
    return f"must be {wanted}{_instead(wanted, field, sent)}{example}"


def _instead(wanted: str, field: Step | None, sent: Any) -> str:
    if wanted.endswith("number") and isinstance(sent, str):
        return " without quotes"
    if wanted == "a list" and sent is not None:
        return " in [ ]"
    if wanted == "an object" and isinstance(sent, list):
        several = (
            '; several are joined by {"type": "and", "conditions": [...]}' if field == "condition" else ""
        )
        return f" in {{ }}, not a list{several}"
    if wanted == "an object":
        return " in { }"
    return ", not a list" if isinstance(sent, list) else ""
