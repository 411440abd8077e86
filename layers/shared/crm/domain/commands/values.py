"""Commands of aggregates, scores and expressions."""

from typing import Any, NotRequired, TypedDict

WindowJson = dict[str, Any]
"""A window of time, as the model `Window` declares it."""

PropertyFilterJson = dict[str, Any]
"""A comparison of a property, as the model `PropertyFilter` declares it."""


class NewAggregate(TypedDict):
    """A number or another value computed from the activities of customers."""

    event: NotRequired[str]
    events: NotRequired[list[str]]
    kind: NotRequired[str]
    source: NotRequired[str]
    where: NotRequired[list[PropertyFilterJson]]
    window: NotRequired[WindowJson]
    function: NotRequired[str]
    property: NotRequired[str]
    name: str
    description: NotRequired[str]


class AggregateChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are; null removes an optional field."""

    name: str
    description: str
    event: str | None
    events: list[str] | None
    kind: str
    source: str | None
    where: list[PropertyFilterJson] | None
    function: str
    property: str | None
    window: WindowJson | None


class ScoreRule(TypedDict):
    """The points for each activity that the rule selects."""

    event: NotRequired[str]
    events: NotRequired[list[str]]
    kind: NotRequired[str]
    source: NotRequired[str]
    where: NotRequired[list[PropertyFilterJson]]
    window: NotRequired[WindowJson]
    points: float


class NewScore(TypedDict):
    """Points for the activities of customers. Users can add and subtract points by hand."""

    name: str
    description: NotRequired[str]
    rules: list[ScoreRule]


class ScoreChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are; rules are replaced as a whole. Points given by hand stay."""

    name: str
    description: str
    rules: list[ScoreRule]


class NewExpression(TypedDict):
    """A value computed from attributes, aggregates and scores."""

    name: str
    description: NotRequired[str]
    text: str


class ExpressionChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are."""

    name: str
    description: str
    text: str


NewValue = NewAggregate | NewScore | NewExpression
ValueChanges = AggregateChanges | ScoreChanges | ExpressionChanges
