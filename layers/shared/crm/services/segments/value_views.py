"""Views of aggregates, scores and expressions for responses."""

from typing import Any

from crm.domain.conditions.value_conditions import AGGREGATE, EXPRESSION, SCORE
from crm.domain.segments.value_definition import ValueDefinition
from crm.domain.times import iso

_SHOWN: dict[str, dict[str, Any]] = {
    AGGREGATE: {
        "event": None,
        "events": [],
        "kind": "track",
        "source": None,
        "where": [],
        "function": "count",
        "property": None,
        "window": None,
    },
    SCORE: {"rules": []},
    EXPRESSION: {"text": ""},
}
"""The fields of each kind, with their defaults."""


def value_view(value: ValueDefinition) -> dict[str, Any]:
    """Return the model `Aggregate`, `Score` or `Expression`."""
    definition = {name: value.definition.get(name, default) for name, default in _SHOWN[value.kind].items()}
    return {
        "id": value.id,
        "name": value.name,
        "description": value.description,
        **definition,
        "state": value.state,
        "job": value.job,
        "version": value.version,
        "created_at": iso(value.created_at),
        "updated_at": iso(value.updated_at),
    }
