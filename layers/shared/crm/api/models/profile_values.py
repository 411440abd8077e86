"""What is computed of one customer, and points given by hand."""

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.values import Points

LONGEST_REASON = 500


class ProfileValues(Output):
    """The values of a customer at this instant, by name; null where there is nothing to compute."""

    aggregates: Properties
    scores: Properties
    expressions: Properties
    building: list[str] = Field(description="Names of those that are not complete yet.")


class NewPoints(Input):
    """Points given to a customer, or taken."""

    points: Points
    reason: str = Field(default="", max_length=LONGEST_REASON, examples=["Brought a friend"])


class PointsGiven(Output):
    """Points that were given or taken by hand."""

    id: str = Field(description="Of the activity in the timeline.")
    points: float
    reason: str | None
    total: float = Field(description="The score with them.")
    at: Instant


class ScoreEntry(Output):
    """What a score is made of: an activity that a rule means, or points given by hand."""

    at: Instant
    points: float
    id: str = Field(description="Of the activity in the timeline.")
    type: str
    name: str | None
    reason: str | None
    by: str | None = Field(description="Who gave the points, as `key:<id>`; null where a rule did.")


class ScoreLedger(Output):
    """A page of what a score is made of, the latest first."""

    entries: list[ScoreEntry]
    total: float
    next_cursor: str | None
