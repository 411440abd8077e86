"""Suggest declared fields for an unknown field of a body, from the JSON schema of the body's model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from crm.domain.standard_attributes import STANDARD
from crm.domain.tracking.traits import STANDARD_NAMES
from crm.http.kinds import misplaced
from crm.http.places import MAX_NAME_IN_PATH_LENGTH, PathStep, within

Schema = Mapping[str, Any]

_ATTRIBUTES = ("traits", "custom", "custom_fields", "custom_attributes", "fields", "properties")

_MAX_SUGGESTED = 3
_DEEPEST = 3
"""Levels below an object that are searched for a name."""
_ALIKE = 0.8
_SIMILAR = 0.6
# Names in other products, by the field of this API with the same meaning.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "value": ("count", "times", "at_least", "amount", "number", "minimum", "threshold", "values"),
    "within_days": ("days", "last_days", "in_days", "period", "timeframe", "since_days"),
    "window": ("time", "timeframe", "period", "date_range"),
    "between": ("from", "to", "start", "end", "start_date", "end_date", "dates", "range"),
    "after": ("since",),
    "before": ("until",),
    "within": ("in", "duration", "time_window", "within_hours", "last_hours", "last_minutes"),
    "this": ("current", "period", "calendar"),
    "last": ("previous", "past"),
    "steps": ("events", "sequence", "funnel"),
    "then_not": ("not_then", "not", "no", "never", "unless"),
    "without": ("except", "exclude", "excluding", "not_between", "unless"),
    "operator": ("op", "comparison", "comparator", "gt", "gte", "lt", "lte", "eq", "ne", "min", "max"),
    "event": ("event_name", "action", "name"),
    "aggregate": ("metric", "name", "id"),
    "score": ("name", "id"),
    "expression": ("name", "id"),
    "first": ("steps", "from", "start"),
    "then": ("steps", "next", "second"),
    "columns": ("mapping", "mappings", "map"),
    "to": ("target", "field", "attribute"),
    "text": ("body", "content", "message", "note", "expression", "formula"),
    "property": ("prop", "key", "path", "name", "field"),
    "tag": ("name", "id", "label"),
    "list": ("name", "id"),
    "segment": ("name", "id"),
    "class": ("name", "id", "group"),
    "choices": ("values", "options", "enum", "allowed_values"),
    "delimiter": ("separator", "seperator", "sep"),
    "enabled": ("active", "disabled", "on", "status", "paused"),
    "member": ("in", "is_member", "included"),
    "points": ("score", "value", "weight"),
    "where": ("filter", "filters", "properties"),
    "condition": ("conditions", "rule", "rules", "filter", "filters", "query", "definition"),
    "conditions": ("rules", "children", "all", "any", "filters"),
    "function": ("aggregate", "aggregation", "fn", "metric"),
    "name": ("title", "attribute", "field", "key", "id"),
    "label": ("title", "caption"),
    "type": ("kind",),
    "kind": ("type",),
    "events": ("topics", "event_types", "types", "subscriptions"),
    "url": ("endpoint", "target", "address", "uri", "callback"),
    "scopes": ("permissions", "roles", "rights", "scope"),
    "filter": ("where", "query", "filters", "condition"),
    "due": ("due_date", "deadline", "due_at"),
    "assignee": ("assigned_to", "owner", "user"),
    "state": ("status", "value", "granted", "consent"),
    "key": ("file", "path", "filename", "object"),
    "profiles": ("ids", "others", "profile_ids", "with"),
    "column": ("header", "source", "from"),
    "format": ("type", "file_type"),
    "identities": ("email", "phone", "user_id", "anonymous_id"),
    "attributes": (*_ATTRIBUTES, *STANDARD, *STANDARD_NAMES),
}


def advice(schema: Schema, path: Sequence[PathStep], sent: Any) -> str:
    """Return the message for an unknown field, which is the last step of the path."""
    *above, name = path
    wanted = str(name)
    levels = list(_levels(schema, above, sent))
    known = _fields(levels[-1])
    for step in above:
        sent = within(sent, step)
    lacks_condition = (
        not above and "condition" in known and isinstance(sent, dict) and "condition" not in sent
    )
    if lacks_condition and (message := misplaced(wanted)):
        return message
    near = len(wanted) <= MAX_NAME_IN_PATH_LENGTH and (
        _called_alike(schema, wanted, known)
        or _synonyms(wanted, known)
        or _value_of(schema, wanted, known)
        or _only_missing(levels[-1], sent)
        or _elsewhere(levels[:-1], above, wanted)
        or _similar(schema, wanted, known)
    )
    if near:
        return f"Unknown field. Did you mean {' or '.join(f'`{one}`' for one in near[:_MAX_SUGGESTED])}?"
    if not known:
        return "Unknown field. No fields are allowed here"
    return f"Unknown field. Known fields are {', '.join(f'`{one}`' for one in known)}"


def kinds_at(schema: Schema, path: Sequence[PathStep], sent: Any, discriminator: str) -> list[str]:
    """Return the values of the field `discriminator` that distinguish the kinds of object allowed at the path."""
    *_, nodes = _levels(schema, path, sent)
    fields = [
        node["properties"][discriminator] for node in nodes if discriminator in node.get("properties", ())
    ]
    return [kind for field in fields for kind in field.get("enum", [field.get("const")]) if kind]


def _called_alike(schema: Schema, wanted: str, known: Mapping[str, Schema]) -> list[str]:
    """Find fields of this object or of its nested objects that differ in spelling only."""
    spelled = {_plain(one): one for one in known}
    alike = get_close_matches(_plain(wanted), spelled, _MAX_SUGGESTED, _ALIKE)
    return [*(spelled[one] for one in alike), *_below(schema, known, {wanted})]


def _synonyms(wanted: str, known: Mapping[str, Schema]) -> list[str]:
    synonymous = _fields_with_synonym(wanted)
    return [_qualified(one, wanted, field) for one, field in known.items() if one in synonymous]


def _value_of(schema: Schema, wanted: str, known: Mapping[str, Schema]) -> list[str]:
    """Find the fields that accept the name as a value: `"equals": 1` suggests `operator`."""
    return [one for one, field in known.items() if any(wanted in kind for kind in _choices(schema, field))]


def _only_missing(nodes: Sequence[Schema], sent: Any) -> list[str]:
    """Return the only required field that the object lacks."""
    required = {name for node in nodes for name in node.get("required", ())}
    missing = sorted(required - sent.keys()) if isinstance(sent, dict) else []
    return missing if len(missing) == 1 else []


def _similar(schema: Schema, wanted: str, known: Mapping[str, Schema]) -> list[str]:
    """Find fields with a similar name, else nested fields with the same meaning."""
    spelled = {_plain(one): one for one in known}
    similar = get_close_matches(_plain(wanted), spelled, _MAX_SUGGESTED, _SIMILAR)
    return [spelled[one] for one in similar] or list(_below(schema, known, _fields_with_synonym(wanted)))


def _fields_with_synonym(wanted: str) -> set[str]:
    return {one for one, others in _SYNONYMS.items() if _plain(wanted) in map(_plain, others)}


def _choices(schema: Schema, field: Schema) -> Iterator[Sequence[Any]]:
    yield from (node["enum"] for node in _objects(schema, field, None) if "enum" in node)


def _qualified(one: str, wanted: str, field: Schema) -> str:
    """Return `attributes.city` for a field that accepts names of any kind."""
    free = field.get("additionalProperties") and wanted not in _ATTRIBUTES
    return f"{one}.{STANDARD_NAMES.get(wanted, wanted)}" if free else one


def _elsewhere(levels: Sequence[Sequence[Schema]], above: Sequence[PathStep], wanted: str) -> list[str]:
    """Find the enclosing objects that have the field."""
    return [
        ".".join(map(str, [*above[:depth], wanted]))
        for depth, nodes in reversed(list(enumerate(levels)))
        if wanted in _fields(nodes)
    ]


def _below(schema: Schema, known: Mapping[str, Schema], wanted: set[str], depth: int = 1) -> Iterator[str]:
    """Find the nearest nested fields with one of the names."""
    inner = {one: _fields(_objects(schema, field, None)) for one, field in known.items()}
    found = [f"{one}.{name}" for one, fields in inner.items() for name in fields if name in wanted]
    if found or depth == _DEEPEST:
        yield from found
        return
    for one, fields in inner.items():
        yield from (f"{one}.{place}" for place in _below(schema, fields, wanted, depth + 1))


def _levels(schema: Schema, path: Sequence[PathStep], sent: Any) -> Iterator[list[Schema]]:
    """Yield the schemas of the objects allowed at each step of the path, starting at the body."""
    nodes = list(_objects(schema, schema, sent))
    yield nodes
    for step in path:
        sent = within(sent, step)
        nodes = [
            found
            for node in nodes
            for child in _children(node, step)
            for found in _objects(schema, child, sent)
        ]
        yield nodes


def _objects(schema: Schema, node: Schema, sent: Any) -> Iterator[Schema]:
    """Resolve references and unions: yield the schema that the type in `sent` selects, else all of them."""
    if "$ref" in node:
        yield from _objects(schema, schema["$defs"][node["$ref"].rpartition("/")[2]], sent)
    elif kinds := node.get("oneOf") or node.get("anyOf") or node.get("allOf"):
        nodes = [
            found for kind in _selected_by_type(node, sent) or kinds for found in _objects(schema, kind, sent)
        ]
        yield from _with_or_without_type(nodes, sent)
    else:
        yield node


def _with_or_without_type(nodes: list[Schema], sent: Any) -> list[Schema]:
    """Narrow schemas with and without a `type` to those that `sent` may be an instance of."""
    if not isinstance(sent, dict):
        return nodes
    objects = [node for node in nodes if "properties" in node]
    return (
        [node for node in objects if ("type" in node["properties"]) is ("type" in sent)] or objects or nodes
    )


def _selected_by_type(node: Schema, sent: Any) -> list[Schema]:
    discriminator = node.get("discriminator")
    if not discriminator or not isinstance(sent, dict):
        return []
    reference = discriminator["mapping"].get(sent.get(discriminator["propertyName"]))
    return [{"$ref": reference}] if reference else []


def _children(node: Schema, step: PathStep) -> list[Schema]:
    if isinstance(step, int):
        return [node["items"]] if isinstance(node.get("items"), dict) else []
    declared = node.get("properties", {}).get(step)
    others = node.get("additionalProperties")
    return [declared] if declared else [others] if isinstance(others, dict) else []


def _fields(nodes: Iterator[Schema] | Sequence[Schema]) -> dict[str, Schema]:
    return {name: field for node in nodes for name, field in node.get("properties", {}).items()}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
