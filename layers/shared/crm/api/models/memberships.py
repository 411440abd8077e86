"""Segments of one customer: which they are, and why."""

from typing import Annotated, Any, Literal

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.segments import State, Type

ByHand = Annotated[
    Literal["in", "out"] | None,
    Field(description="What people decided, whatever the conditions say; null where they did not."),
]


class ProfileSegment(Output):
    """A segment that a customer is in."""

    id: str
    name: str
    type: Type
    by_hand: ByHand


class ProfileSegments(Output):
    """The segments of a customer, by name."""

    segments: list[ProfileSegment]


class Explained(Output):
    """A condition, and what came of it. Each part decides by itself."""

    condition: Properties = Field(description="As it is defined, without its parts.")
    holds: bool
    next_change: Instant | None = Field(
        description="When it would be otherwise if nothing happened until then."
    )
    evidence: dict[str, Any] = Field(
        description="What decided: the value that was found, the days that count."
    )
    parts: list["Explained"]


class Explanation(Output):
    """Why a customer is in a segment, or not."""

    segment: str = Field(description="Its id.")
    name: str
    version: int = Field(description="Of the definition that is explained.")
    state: State
    member: bool = Field(description="Whether the customer is listed in it.")
    holds: bool = Field(description="Whether the customer belongs to it at this instant.")
    by_hand: ByHand
    hidden: Literal["processing_consent_missing"] | None = Field(
        description="Why nothing is asked about the customer, where nothing is."
    )
    at: Instant
    next_change: Instant | None = Field(
        description="When it would be otherwise if nothing happened until then."
    )
    tree: Explained | None = Field(description="Null where nothing is asked.")


class Decision(Input):
    """Whether a customer is in a segment, whatever its conditions say."""

    member: bool


class Membership(Output):
    """What was decided about a customer and a segment."""

    id: str = Field(description="Of the segment.")
    name: str
    member: bool
    by_hand: ByHand
