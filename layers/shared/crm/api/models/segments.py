"""Segments: definitions, versions and members."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.api.models.conditions import Condition, Tree
from crm.api.models.jobs import Job
from crm.api.models.profiles import ProfileCard
from crm.api.models.selections import FILTER_SCHEMA, read_given_filter
from crm.domain import named
from crm.domain.segments.definition import SEGMENT_STATES, SEGMENT_TYPES

MAX_SAMPLES = 50

_Name = Annotated[str, Field(min_length=1, max_length=named.MAX_NAME_LENGTH, examples=["Big spenders"])]
_Description = Annotated[str, Field(max_length=named.MAX_DESCRIPTION_LENGTH)]
SegmentType = Literal[SEGMENT_TYPES]  # type: ignore[valid-type] # the types that the domain knows
State = Annotated[
    Literal[SEGMENT_STATES],  # type: ignore[valid-type] # the states that the domain knows
    Field(
        description=(
            "`building`: a job evaluates all customers; until it is done, the serving version applies."
        )
    ),
]


class NewSegment(Input):
    """A segment: dynamic with a condition, or static with members that are added by hand."""

    EXAMPLE: ClassVar[Properties] = {
        "name": "Regulars",
        "condition": {
            "type": "and",
            "conditions": [
                {"type": "event", "event": "Order Completed", "value": 2, "window": {"within_days": 90}},
                {"type": "consent", "channel": "email", "state": "granted"},
            ],
        },
    }

    name: _Name
    type: SegmentType = "dynamic"
    condition: Tree | None = Field(
        default=None, description="Required for dynamic segments; static segments have none."
    )
    description: _Description = ""


class SegmentChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are. The type cannot be changed. A new condition is a new version,
    which is evaluated for all customers.
    """

    EXAMPLE: ClassVar[Properties] = {"description": "Bought twice in 90 days, and agreed to e-mail"}

    name: _Name
    condition: Tree
    description: _Description
    archived: bool = Field(
        description="An archived segment has no members; false restores it and evaluates all customers.",
    )


class Segment(Output):
    """A segment. `count` is the number of members among the customers that the key can see."""

    id: str
    name: str
    slug: str | None = Field(
        examples=["big-spenders"],
        description=(
            "The name in the form used in addresses. It identifies the segment, as the id does. Null "
            "if the name has no letter or digit."
        ),
    )
    type: SegmentType
    description: str
    condition: Condition | None = Field(
        description="Tags and lists are referenced by name, everything else by id. Null for static segments."
    )
    archived: bool
    state: State
    version: int
    serving_version: int | None = Field(description="The version in service; null if there is none yet.")
    count: int | None = Field(description="Null until the first version is built.")
    job: str | None = Field(description="Id of the job that builds the version.")
    created_at: Instant
    updated_at: Instant


class SegmentList(Output):
    """All segments by name, with their counts."""

    segments: list[Segment]


class SegmentVersion(Output):
    """A version of the definition of a segment."""

    version: int
    name: str
    description: str
    condition: Condition | None = Field(description="Everything is referenced by id.")
    archived: bool
    created_at: Instant
    by: str = Field(description="The API key that created the version, as `key:<id>`.")
    by_name: str | None = Field(description="Current name of this key; null if it no longer exists.")


class SegmentVersions(Output):
    """All versions, latest first."""

    versions: list[SegmentVersion]


class SegmentMember(Output):
    """A customer who is in a segment."""

    profile: ProfileCard
    by_hand: bool = Field(description="Whether the customer was put into the segment by hand.")


class SegmentMembers(Output):
    """A page of the members of a segment."""

    members: list[SegmentMember]
    state: State
    count: int | None = Field(description="Number of members among the customers that the key can see.")
    next_cursor: str | None


class KeptOut(Output):
    """A page of the customers who are kept out of a segment by hand, regardless of its condition."""

    profiles: list[ProfileCard]
    next_cursor: str | None


class DayCount(Output):
    """The number of members of a segment on one day, and how many entered and left it."""

    day: str = Field(examples=["2026-11-21"])
    count: int
    at: Instant = Field(description="When the members were counted.")
    entered: int | None = Field(
        description="How often customers entered it on that day; `null` until the day is over, and for days before "
        "this was counted. A customer who leaves and enters again counts twice."
    )
    left: int | None = Field(
        description="How often customers left it, including those who were merged, deleted or erased."
    )


class SegmentHistory(Output):
    """The number of members of a segment by day, earliest first."""

    history: list[DayCount]


class PreviewedSegment(Input):
    """A condition to preview."""

    EXAMPLE: ClassVar[Properties] = {
        "condition": {
            "type": "and",
            "conditions": [
                {"type": "event", "event": "Order Completed", "value": 2, "window": {"within_days": 90}},
                {"type": "consent", "channel": "email", "state": "granted"},
            ],
        }
    }

    condition: Tree
    kind: Literal["recognised", "anonymous", "any"] = "any"
    sample: int = Field(
        default=10, ge=0, le=MAX_SAMPLES, description="Maximum number of matching customers to show."
    )


class FilterToConvert(Input):
    """A filter of the list of customers."""

    EXAMPLE: ClassVar[Properties] = {
        "filter": {"city": ["Berlin", "Rome"], "last_activity.less_than_days_ago": 30}
    }

    filter: Annotated[
        dict[str, Any],
        Field(
            min_length=1,
            examples=[{"city": ["Berlin", "Rome"], "tag": "VIP", "last_activity.less_than_days_ago": 30}],
            description=(
                "Filters of `GET /v1/profiles` by name. Values are texts as in the query string, or lists of texts."
            ),
            json_schema_extra=FILTER_SCHEMA,
        ),
        AfterValidator(read_given_filter),
    ]


class ConvertedFilter(Output):
    """The condition that selects the customers who pass the filter."""

    condition: Condition


class EventCost(Output):
    """A cost in DynamoDB write units."""

    typical: float = Field(description="For a customer who is active on two of sixteen days.")
    worst: float = Field(
        description="For a customer who is active every day, with the largest amounts and texts."
    )


class SegmentCost(Output):
    """The cost of a segment for each event of a customer, beyond what other definitions already count."""

    metrics: int = Field(description="Counts that no other definition requires.")
    bytes_per_active_day: int = Field(description="Maximum increase of the size of a customer's items.")
    bytes_left: int = Field(description="Budget left for further definitions.")
    write_units_per_event: EventCost


class DefinedSegment(Segment):
    """A created or changed segment, and its cost."""

    cost: SegmentCost


class SegmentPreview(Output):
    """The customers who would be in a segment, among those that the key can see."""

    count: int = Field(description="An estimate if `exact` is false.")
    exact: bool
    looked_at: int = Field(description="Number of customers that were evaluated.")
    population: int = Field(description="Number of customers, at most 50,000.")
    population_is_larger: bool = Field(
        description="Whether there are more customers, which the result does not cover."
    )
    margin: int | None = Field(description="Margin of error of the estimate; null if the count is exact.")
    sample: list[ProfileCard]
    cost: SegmentCost
    seconds: float


class NewSnapshot(Input):
    """The name of a static segment to create from the current members of this one."""

    EXAMPLE: ClassVar[Properties] = {"name": "Regulars of this month"}

    name: _Name
    description: _Description = ""


class Snapshot(Output):
    """The static segment, and the job that adds the members."""

    segment: Segment
    job: Job
