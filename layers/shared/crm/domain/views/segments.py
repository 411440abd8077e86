"""Views of segments."""

from typing import TypedDict

from crm.domain.commands.segments import ConditionJson
from crm.domain.views.jobs import JobView
from crm.domain.views.profiles import ProfileCardView


class SegmentView(TypedDict):
    """A segment. `count` is the number of members among the customers that the key can see."""

    id: str
    name: str
    slug: str | None
    type: str
    description: str
    condition: ConditionJson | None
    archived: bool
    state: str
    version: int
    serving_version: int | None
    count: int | None
    job: str | None
    created_at: str
    updated_at: str


class SegmentListView(TypedDict):
    """All segments by name, with their counts."""

    segments: list[SegmentView]


class EventCostView(TypedDict):
    """A cost in DynamoDB write units."""

    typical: float
    worst: float


class SegmentCostView(TypedDict):
    """The cost of a segment for each event of a customer, beyond what other definitions already count."""

    metrics: int
    bytes_per_active_day: int
    bytes_left: int
    write_units_per_event: EventCostView


class DefinedSegmentView(SegmentView):
    """A created or changed segment, and its cost."""

    cost: SegmentCostView


class SegmentPreviewView(TypedDict):
    """The customers who would be in a segment, among those that the key can see."""

    count: int
    exact: bool
    looked_at: int
    population: int
    population_is_larger: bool
    margin: int | None
    sample: list[ProfileCardView]
    cost: SegmentCostView
    seconds: float


class ConvertedFilterView(TypedDict):
    """The condition that selects the customers who pass the filter."""

    condition: ConditionJson


class SegmentVersionView(TypedDict):
    """A version of the definition of a segment."""

    version: int
    name: str
    description: str
    condition: ConditionJson | None
    archived: bool
    created_at: str
    by: str
    by_name: str | None


class SegmentVersionsView(TypedDict):
    """All versions, latest first."""

    versions: list[SegmentVersionView]


class SegmentMemberView(TypedDict):
    """A customer who is in a segment."""

    profile: ProfileCardView
    by_hand: bool


class MemberRowsView(TypedDict):
    """The members of a page."""

    members: list[SegmentMemberView]
    state: str
    count: int | None


class SegmentMembersView(MemberRowsView):
    """A page of the members of a segment."""

    next_cursor: str | None


class KeptOutView(TypedDict):
    """A page of the customers who are kept out of a segment by hand."""

    profiles: list[ProfileCardView]
    next_cursor: str | None


class DayCountView(TypedDict):
    """The number of members of a segment on one day, and how many entered and left it."""

    day: str
    count: int
    at: str
    entered: int | None
    left: int | None


class SegmentHistoryView(TypedDict):
    """The number of members of a segment by day, earliest first."""

    history: list[DayCountView]


class SnapshotView(TypedDict):
    """The static segment, and the job that adds the members."""

    segment: SegmentView
    job: JobView
