"""Computed values of one customer, and points given by hand."""

from typing import ClassVar

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.values import Points

MAX_REASON_LENGTH = 500


class ProfileValues(Output):
    """The values of a customer at this instant, by name; null if there is nothing to compute."""

    aggregates: Properties
    scores: Properties
    expressions: Properties
    building: list[str] = Field(description="Names of the values that are not complete yet.")


class NewPoints(Input):
    """Points to add to or subtract from a score of a customer."""

    EXAMPLE: ClassVar[Properties] = {"points": 25, "reason": "Helped at the fair"}

    points: Points
    reason: str = Field(default="", max_length=MAX_REASON_LENGTH, examples=["Brought a friend"])


class PointsGiven(Output):
    """Points that were added or subtracted by hand."""

    id: str = Field(description="Id of the activity in the timeline.")
    points: float
    reason: str | None
    total: float = Field(description="The score including these points.")
    at: Instant


class ScoreEntry(Output):
    """One entry of a score: an activity that a rule matches, or points given by hand."""

    at: Instant
    points: float
    id: str = Field(description="Id of the activity in the timeline.")
    type: str
    name: str | None
    reason: str | None
    by: str | None = Field(description="The API key that gave the points, as `key:<id>`; null if a rule did.")
    by_name: str | None = Field(description="Current name of this key; null if it no longer exists.")


class ScoreLedger(Output):
    """A page of the entries of a score, latest first."""

    entries: list[ScoreEntry]
    total: float
    next_cursor: str | None
