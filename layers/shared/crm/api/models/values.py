"""Aggregates, scores and expressions: definitions of what is computed of customers."""

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from crm.api.models.base import Input, Instant, Output
from crm.api.models.event_conditions import (
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
from crm.api.models.operands import Part
from crm.domain import named
from crm.domain.expressions.language import LONGEST_EXPRESSION

MOST_POINTS = 1_000_000_000
MOST_RULES = 50

Name = Annotated[
    str,
    Field(
        pattern="^[a-z][a-z0-9_]{0,49}$",
        examples=["orders_90d"],
        description="Expressions read the value by it: `aggregates.orders_90d`.",
    ),
]
Description = Annotated[str, Field(max_length=named.LONGEST_DESCRIPTION)]
Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_EXPRESSION,
        examples=["scores.loyalty > 100.0 && attributes.city == 'Berlin'"],
        description="CEL over `attributes`, `aggregates` and `scores`, by name.",
    ),
]
State = Annotated[
    Literal["building", "ready"],
    Field(description="`building`: what happened before is still being counted."),
]


def _points(value: Any) -> Any:
    if type(value) not in {int, float} or not 0 < abs(value) <= MOST_POINTS:
        raise PydanticCustomError(
            "points", "must be a number from -{most} to {most}, and not 0", {"most": MOST_POINTS}
        )
    return value


Points = Annotated[
    Any,
    PlainValidator(_points),
    WithJsonSchema(
        {
            "type": "number",
            "minimum": -MOST_POINTS,
            "maximum": MOST_POINTS,
            "not": {"const": 0},
            "description": "Negative ones take away.",
        }
    ),
]


class NewAggregate(Measured):
    """A number, or a value, of what customers did."""

    name: Name
    description: Description = ""


class AggregateChanges(Part):
    """Only what is given changes; null takes away what need not be there."""

    name: Name = ""
    description: Description = ""
    event: EventName | None = None
    events: EventNames | None = None
    kind: Kind = Field(default="")
    source: SourceId | None = None
    where: Filters | None = None
    function: Function = Field(default="")
    property: PropertyPath | None = None
    window: Window | None = None


class ScoreRule(SelectorInWindow):
    """How many points each of these activities is worth."""

    points: Points


Rules = Annotated[list[ScoreRule], Field(min_length=1, max_length=MOST_RULES)]


class NewScore(Input):
    """Points for what customers do. People can give and take some, too."""

    name: Name
    description: Description = ""
    rules: Rules


class ScoreChanges(Part):
    """Only what is given changes; rules are replaced as a whole. Points that were given by hand stay."""

    name: Name = ""
    description: Description = ""
    rules: Rules = Field(default=[])


class NewExpression(Input):
    """A value computed of attributes, aggregates and scores."""

    name: Name
    description: Description = ""
    text: Text


class ExpressionChanges(Part):
    """Only what is given changes."""

    name: Name = ""
    description: Description = ""
    text: Text = ""


class ValueDefinition(Output):
    """What all of them have."""

    id: str
    name: str
    description: str
    state: State
    job: str | None = Field(description="Id of the job that counts what happened before.")
    version: int
    created_at: Instant
    updated_at: Instant


class Aggregate(ValueDefinition):
    """A number, or a value, of what customers did."""

    event: str | None
    events: list[str] = Field(description="Names that count together; then `event` is null.")
    kind: Kind
    source: str | None
    where: list[PropertyFilter]
    function: Function
    property: str | None
    window: Window | None


class AggregateList(Output):
    """Aggregates by name."""

    aggregates: list[Aggregate]


class Score(ValueDefinition):
    """Points for what customers do."""

    rules: list[ScoreRule]


class ScoreList(Output):
    """Scores by name."""

    scores: list[Score]


class Expression(ValueDefinition):
    """A value computed of attributes, aggregates and scores."""

    text: str


class ExpressionList(Output):
    """Expressions by name."""

    expressions: list[Expression]
