"""Aggregates, scores and expressions: definitions of computed values."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from crm.api.models.base import OMITTED, Input, Instant, Output, PartialUpdate, Properties
from crm.api.models.selectors import (
    EventName,
    EventNames,
    Filters,
    Function,
    Kind,
    Measured,
    PropertyFilter,
    PropertyPath,
    SelectorInWindow,
    SourceId,
    Window,
)
from crm.domain import named
from crm.domain.expressions.language import MAX_EXPRESSION_LENGTH

MAX_POINTS = 1_000_000_000
MAX_RULES = 50

_Name = Annotated[
    str,
    Field(
        pattern="^[a-z][a-z0-9_]{0,49}$",
        examples=["orders_90d"],
        description="Name by which expressions read the value: `aggregates.orders_90d`.",
    ),
]
_Description = Annotated[str, Field(max_length=named.MAX_DESCRIPTION_LENGTH)]
_Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_EXPRESSION_LENGTH,
        examples=["scores.loyalty > 100.0 && attributes.city == 'Berlin'"],
        description="A CEL expression over `attributes`, `aggregates` and `scores`, by name.",
    ),
]
_State = Annotated[
    Literal["building", "ready"],
    Field(description="`building`: past activities are still being counted."),
]


def _points(value: Any) -> Any:
    if type(value) not in {int, float} or not 0 < abs(value) <= MAX_POINTS:
        raise PydanticCustomError(
            "points", "must be a number from -{most} to {most}, and not 0", {"most": MAX_POINTS}
        )
    return value


Points = Annotated[
    Any,
    PlainValidator(_points),
    WithJsonSchema(
        {
            "type": "number",
            "minimum": -MAX_POINTS,
            "maximum": MAX_POINTS,
            "not": {"const": 0},
            "description": "Negative ones take away.",
        }
    ),
]


class NewAggregate(Measured):
    """A number or another value computed from the activities of customers."""

    EXAMPLE: ClassVar[Properties] = {
        "name": "revenue_90d",
        "event": "Order Completed",
        "function": "sum",
        "property": "total",
        "window": {"within_days": 90},
    }

    name: _Name
    description: _Description = OMITTED


class AggregateChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are; null removes an optional field."""

    EXAMPLE: ClassVar[Properties] = {"window": {"within_days": 30}}

    name: _Name
    description: _Description
    event: EventName | None
    events: EventNames | None
    kind: Kind
    source: SourceId | None
    where: Filters | None
    function: Function
    property: PropertyPath | None
    window: Window | None


class ScoreRule(SelectorInWindow):
    """The points for each activity that the rule selects."""

    points: Points


Rules = Annotated[list[ScoreRule], Field(min_length=1, max_length=MAX_RULES)]


class NewScore(Input):
    """Points for the activities of customers. Users can add and subtract points by hand."""

    EXAMPLE: ClassVar[Properties] = {"name": "loyalty", "rules": [{"event": "Order Completed", "points": 10}]}

    name: _Name
    description: _Description = ""
    rules: Rules


class ScoreChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are; rules are replaced as a whole. Points given by hand are
    kept.
    """

    EXAMPLE: ClassVar[Properties] = {"rules": [{"event": "Order Completed", "points": 5}]}

    name: _Name
    description: _Description
    rules: Rules


class NewExpression(Input):
    """A value computed from attributes, aggregates and scores."""

    EXAMPLE: ClassVar[Properties] = {"name": "good_customer", "text": "aggregates.revenue_90d > 500.0"}

    name: _Name
    description: _Description = ""
    text: _Text


class ExpressionChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are."""

    EXAMPLE: ClassVar[Properties] = {"text": "aggregates.revenue_90d > 1000.0"}

    name: _Name
    description: _Description
    text: _Text


class ValueDefinition(Output):
    """The fields that all definitions of computed values share."""

    id: str
    name: str
    description: str
    state: _State
    job: str | None = Field(description="Id of the job that counts past activities.")
    version: int
    created_at: Instant
    updated_at: Instant


class Aggregate(ValueDefinition):
    """A number or another value computed from the activities of customers."""

    event: str | None
    events: list[str] = Field(description="Names that count together; `event` is null then.")
    kind: Kind
    source: str | None
    where: list[PropertyFilter]
    function: Function
    property: str | None
    window: Window | None


class AggregateList(Output):
    """All aggregates, by name."""

    aggregates: list[Aggregate]


class Score(ValueDefinition):
    """Points for the activities of customers."""

    rules: list[ScoreRule]


class ScoreList(Output):
    """All scores, by name."""

    scores: list[Score]


class Expression(ValueDefinition):
    """A value computed from attributes, aggregates and scores."""

    text: str


class ExpressionList(Output):
    """All expressions, by name."""

    expressions: list[Expression]
