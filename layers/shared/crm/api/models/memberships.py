"""Segments of one customer, and the reasons."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.segments import SegmentType, State

ByHand = Annotated[
    Literal["in", "out"] | None,
    Field(description="The decision by hand, which overrides the condition; null if there is none."),
]


class ProfileSegment(Output):
    """A segment that a customer is in."""

    id: str
    name: str
    type: SegmentType
    by_hand: ByHand


class ProfileSegments(Output):
    """The segments of a customer, by name."""

    segments: list[ProfileSegment]


class Explained(Output):
    """A condition with its result. Each part is evaluated on its own."""

    condition: Properties = Field(description="The condition as defined, without its parts.")
    holds: bool
    next_change: Instant | None = Field(description="When the result changes if nothing happens until then.")
    evidence: dict[str, Any] = Field(
        description="The evidence for the result: the value that was found, the days that count."
    )
    parts: list["Explained"]


class Explanation(Output):
    """Why a customer is in a segment or not."""

    segment: str = Field(description="Id of the segment.")
    name: str
    version: int = Field(description="Version of the definition that is explained.")
    state: State
    member: bool = Field(description="Whether the customer is listed in the segment.")
    holds: bool = Field(description="Whether the customer belongs to the segment at this instant.")
    by_hand: ByHand
    hidden: Literal["processing_consent_missing"] | None = Field(
        description="Why the condition is not evaluated for the customer, if it is not."
    )
    at: Instant
    next_change: Instant | None = Field(description="When the result changes if nothing happens until then.")
    tree: Explained | None = Field(description="Null if the condition is not evaluated.")


class Decision(Input):
    """Whether a customer is in a segment, regardless of its condition."""

    EXAMPLE: ClassVar[Properties] = {"member": True}

    member: bool


class Membership(Output):
    """The decision by hand about a customer and a segment."""

    id: str = Field(description="Name of the segment.")
    name: str
    member: bool
    by_hand: ByHand
