"""Views of customers in segments."""

from typing import Any, TypedDict


class ProfileSegmentView(TypedDict):
    """A segment that a customer is in."""

    id: str
    name: str
    type: str
    by_hand: str | None


class ProfileSegmentsView(TypedDict):
    """The segments of a customer, by name."""

    segments: list[ProfileSegmentView]


class ExplainedView(TypedDict):
    """A condition with its result. Each part is evaluated on its own."""

    condition: dict[str, Any]
    holds: bool
    next_change: str | None
    evidence: dict[str, Any]
    parts: list["ExplainedView"]


class ExplanationView(TypedDict):
    """Why a customer is in a segment or not."""

    segment: str
    name: str
    version: int
    state: str
    member: bool
    holds: bool
    by_hand: str | None
    hidden: str | None
    at: str
    next_change: str | None
    tree: ExplainedView | None


class MembershipView(TypedDict):
    """The decision by hand about a customer and a segment."""

    id: str
    name: str
    member: bool
    by_hand: str | None
