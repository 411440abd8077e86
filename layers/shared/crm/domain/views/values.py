"""Views of aggregates, scores and expressions."""

from typing import TypedDict

from crm.domain.commands.values import PropertyFilterJson, ScoreRule, WindowJson


class ValueDefinitionView(TypedDict):
    """The fields that all definitions of computed values share."""

    id: str
    name: str
    description: str
    state: str
    job: str | None
    version: int
    created_at: str
    updated_at: str


class AggregateView(ValueDefinitionView):
    """A number or another value computed from the activities of customers."""

    event: str | None
    events: list[str]
    kind: str
    source: str | None
    where: list[PropertyFilterJson]
    function: str
    property: str | None
    window: WindowJson | None


class AggregateListView(TypedDict):
    """All aggregates, by name."""

    aggregates: list[AggregateView]


class ScoreView(ValueDefinitionView):
    """Points for the activities of customers."""

    rules: list[ScoreRule]


class ScoreListView(TypedDict):
    """All scores, by name."""

    scores: list[ScoreView]


class ExpressionView(ValueDefinitionView):
    """A value computed from attributes, aggregates and scores."""

    text: str


class ExpressionListView(TypedDict):
    """All expressions, by name."""

    expressions: list[ExpressionView]
