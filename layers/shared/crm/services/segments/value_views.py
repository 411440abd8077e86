"""Views of aggregates, scores and expressions for responses."""

from crm.domain.segments.value_definition import ValueDefinition
from crm.domain.times import iso
from crm.domain.views.values import AggregateView, ExpressionView, ScoreView, ValueDefinitionView


def aggregate_view(value: ValueDefinition) -> AggregateView:
    """Return the model `Aggregate`."""
    given = value.definition
    return {
        **_shared(value),
        "event": given.get("event"),
        "events": given.get("events", []),
        "kind": given.get("kind", "track"),
        "source": given.get("source"),
        "where": given.get("where", []),
        "function": given.get("function", "count"),
        "property": given.get("property"),
        "window": given.get("window"),
    }


def score_view(value: ValueDefinition) -> ScoreView:
    """Return the model `Score`."""
    return {**_shared(value), "rules": value.definition.get("rules", [])}


def expression_view(value: ValueDefinition) -> ExpressionView:
    """Return the model `Expression`."""
    return {**_shared(value), "text": value.definition.get("text", "")}


def _shared(value: ValueDefinition) -> ValueDefinitionView:
    return {
        "id": value.id,
        "name": value.name,
        "description": value.description,
        "state": value.state,
        "job": value.job,
        "version": value.version,
        "created_at": iso(value.created_at),
        "updated_at": iso(value.updated_at),
    }
