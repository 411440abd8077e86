"""Segments: definitions, and who is in them."""

from typing import Annotated, Literal

from pydantic import Field

from crm.api.models.base import Input, Instant, Output
from crm.api.models.card_conditions import TagCondition
from crm.api.models.conditions import Condition, Tree
from crm.api.models.jobs import Job
from crm.api.models.operands import Part
from crm.api.models.profiles import ProfileCard
from crm.domain import named
from crm.domain.segments.definition import STATES, TYPES

MOST_SAMPLES = 50

Name = Annotated[str, Field(min_length=1, max_length=named.LONGEST_NAME, examples=["Big spenders"])]
Description = Annotated[str, Field(max_length=named.LONGEST_DESCRIPTION)]
Type = Literal[TYPES]  # type: ignore[valid-type] # the types that the domain knows
State = Annotated[
    Literal[STATES],  # type: ignore[valid-type] # the states that the domain knows
    Field(description="`building`: a job asks everybody; until it is done, the version that serves answers."),
]


class NewSegment(Input):
    """Whom it is about: dynamic ones by a condition, static ones by hand."""

    name: Name
    type: Type = "dynamic"
    condition: Tree | None = Field(default=None, description="Of dynamic segments; static ones have none.")
    description: Description = ""


class SegmentChanges(Part):
    """Only what is given changes. The type is fixed; another condition is a new version, and everybody is asked."""

    name: Name = ""
    condition: Tree = TagCondition(type="tag", tag="-")
    description: Description = Field(default="")
    archived: bool = Field(
        default=False,
        description="Nobody is in an archived segment; false brings it back and asks everybody.",
    )


class Segment(Output):
    """A segment. `count`: how many of the customers that the key sees are in it."""

    id: str
    name: str
    slug: str | None = Field(
        examples=["big-spenders"],
        description="The name as it stands in addresses, which names the segment as its id does. Null of a name with "
        "no letter or digit.",
    )
    type: Type
    description: str
    condition: Condition | None = Field(
        description="Tags and lists by their names, all else that it refers to by ids. Null of static segments."
    )
    archived: bool
    state: State
    version: int
    serving_version: int | None = Field(description="The version that answers; null while there is none.")
    count: int | None = Field(description="Null while there is no answer yet.")
    job: str | None = Field(description="Id of the job that brings the version up.")
    created_at: Instant
    updated_at: Instant


class SegmentList(Output):
    """Segments by name, with their counts."""

    segments: list[Segment]


class SegmentVersion(Output):
    """A definition of a segment as it was."""

    version: int
    name: str
    description: str
    condition: Condition | None = Field(description="All that it refers to by ids.")
    archived: bool
    created_at: Instant
    by: str = Field(description="The API key that made it, as `key:<id>`.")


class SegmentVersions(Output):
    """Every version, the latest first."""

    versions: list[SegmentVersion]


class SegmentMember(Output):
    """A customer who is in a segment."""

    profile: ProfileCard
    by_hand: bool = Field(description="Whether people put the customer into it.")


class SegmentMembers(Output):
    """One page of those who are in a segment."""

    members: list[SegmentMember]
    state: State
    count: int | None = Field(description="How many there are, of those that the key sees.")
    next_cursor: str | None


class DayCount(Output):
    """How many were in a segment on a day."""

    day: str = Field(examples=["2026-11-21"])
    count: int
    at: Instant = Field(description="When they were counted.")


class SegmentHistory(Output):
    """How many were in a segment, day by day, the earliest first."""

    history: list[DayCount]


class PreviewedSegment(Input):
    """A condition to be tried out."""

    condition: Tree
    kind: Literal["recognised", "anonymous", "any"] = "any"
    sample: int = Field(default=10, ge=0, le=MOST_SAMPLES, description="How many of those found are shown.")


class EventCost(Output):
    """Write units of DynamoDB."""

    typical: float = Field(description="Of a customer active on two of sixteen days.")
    worst: float = Field(description="Of one active every day, with the largest amounts and texts.")


class SegmentCost(Output):
    """What a segment costs with each event of a customer, beside what other definitions have counted already."""

    metrics: int = Field(description="Counts that no other definition asks for.")
    bytes_per_active_day: int = Field(description="By how much they make a customer's items larger, at most.")
    bytes_left: int = Field(description="How much is left for definitions.")
    write_units_per_event: EventCost


class DefinedSegment(Segment):
    """A segment as it was just defined, and what that costs."""

    cost: SegmentCost


class SegmentPreview(Output):
    """Who would be in a segment, of those that the key sees."""

    count: int = Field(description="An estimate where it is not exact.")
    exact: bool
    looked_at: int = Field(description="How many customers were asked.")
    population: int = Field(description="How many there are, at most 50,000.")
    population_is_larger: bool = Field(description="Whether there are more, about whom nothing is said.")
    margin: int | None = Field(description="By how much the estimate may be wrong; null where it is exact.")
    sample: list[ProfileCard]
    cost: SegmentCost
    seconds: float


class NewSnapshot(Input):
    """What a static segment is called that begins with everybody who is in this one now."""

    name: Name
    description: Description = ""


class Snapshot(Output):
    """The static segment, and the job that puts everybody into it."""

    segment: Segment
    job: Job
