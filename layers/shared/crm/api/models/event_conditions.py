"""Conditions on the activities of customers."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from crm.api.models.base import OMITTED
from crm.api.models.operands import MAX_DAYS, Date, Days, Operand, Operator, Part
from crm.domain.conditions.calendar_periods import PERIODS
from crm.domain.conditions.measures import FUNCTIONS, MAX_VALUES
from crm.domain.conditions.windows import MAX_HOURS
from crm.domain.metrics.selector import GROUP_TYPES, KINDS, MAX_EVENTS, MAX_FILTERS

_MAX_NAME_LENGTH = 200
MAX_WITHIN_DAYS = 3_650
_MAX_STEPS = 5
MAX_WITHOUT = 5

_COMPARISON, _GROUP = "<comparison>", "<group>"

ClockCount = Annotated[int, Field(ge=0, le=MAX_DAYS * 1_440)]
_DayCount = Annotated[int, Field(ge=0, le=MAX_DAYS)]
PropertyPath = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_MAX_NAME_LENGTH,
        examples=["total", "products.sku"],
        description="Path of the property. Dots lead into objects, and into every entry of lists.",
    ),
]
EventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_MAX_NAME_LENGTH,
        examples=["Order Completed"],
        description="Name of the event, page or screen as it is sent; any name if omitted.",
    ),
]
EventNames = Annotated[
    list[EventName],
    Field(
        min_length=1,
        max_length=MAX_EVENTS,
        examples=[["Order Completed", "Subscription Renewed"]],
        description="Several names that count together. Replaces `event`.",
    ),
]
Kind = Annotated[
    Literal[KINDS],  # type: ignore[valid-type] # the kinds that the domain knows
    Field(description="`any` selects every activity."),
]
SourceId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_MAX_NAME_LENGTH,
        examples=["src_0123456789ab"],
        description="Id of the source that sent the activity.",
    ),
]
Function = Annotated[
    Literal[FUNCTIONS],  # type: ignore[valid-type] # the functions that the domain knows
    Field(
        description="All functions except `count` and `distinct_days` require a property. `distinct_values` counts up "
        f"to {MAX_VALUES} values."
    ),
]


Period = Literal[PERIODS]  # type: ignore[valid-type] # the periods that the domain knows


def _exactly_one(schema: dict[str, Any]) -> None:
    schema |= {"minProperties": 1, "maxProperties": 1}


def _at_least_one(schema: dict[str, Any]) -> None:
    schema |= {"minProperties": 1}


class Comparison(Part):
    """Compares a property of an event with a value."""

    property: PropertyPath
    operator: Operator
    value: Operand = OMITTED


def _kind_of_filter(filter_: Any) -> str:
    grouped = "type" in filter_ if isinstance(filter_, dict) else isinstance(filter_, FilterGroup)
    return _GROUP if grouped else _COMPARISON


class FilterGroup(Part):
    """A group of filters: all must match (`and`), one must match (`or`), or all must match the same `entry` of the list
    `property`.

    `{"type": "entry", "property": "products", "where": [...]}` applies all filters to the same product, whereas
    `products.sku` and `products.price` may match different products.
    """

    type: Literal[GROUP_TYPES]  # type: ignore[valid-type] # the types that the domain knows
    property: PropertyPath = Field(
        default=OMITTED, description="For `entry` only: the path of the list.", examples=["products"]
    )
    where: list["PropertyFilter"] = Field(min_length=1, max_length=MAX_FILTERS)


PropertyFilter = TypeAliasType(
    "PropertyFilter",
    Annotated[
        Annotated[Comparison, Tag(_COMPARISON)] | Annotated[FilterGroup, Tag(_GROUP)],
        Discriminator(_kind_of_filter),
    ],
)


Filters = Annotated[
    list[PropertyFilter],
    Field(
        max_length=MAX_FILTERS,
        examples=[[{"property": "total", "operator": "at_least", "value": 50}]],
        description=f"Filters that an activity must all match: at most {MAX_FILTERS}, including those in groups.",
    ),
]


class Duration(Part):
    """A duration: the sum of hours and minutes."""

    model_config = ConfigDict(json_schema_extra=_at_least_one)

    hours: ClockCount = OMITTED
    minutes: ClockCount = OMITTED


class Window(Part):
    """The calendar days in the deployment's time zone, or the instants, that count: exactly one of these fields.
    Without a window, all times count.
    """

    model_config = ConfigDict(json_schema_extra=_exactly_one)

    within_days: Days = Field(
        default=OMITTED, description="The last days, up to and including today; 1 is today."
    )
    days_ago: list[_DayCount] = Field(
        default=OMITTED,
        min_length=2,
        max_length=2,
        examples=[[7, 30]],
        description="A range of days ago, the nearer day first; 0 is today.",
    )
    within: Duration = Field(
        default=OMITTED,
        examples=[{"hours": 2}],
        description=f"Less than this duration ago, to the millisecond: at most {MAX_HOURS} hours.",
    )
    hours_ago: list[ClockCount] = Field(
        default=OMITTED,
        min_length=2,
        max_length=2,
        examples=[[1, 24]],
        description="A range of hours ago: at least the first number, and less than the second.",
    )
    minutes_ago: list[ClockCount] = Field(
        default=OMITTED,
        min_length=2,
        max_length=2,
        examples=[[30, 90]],
        description="The same as `hours_ago`, in minutes.",
    )
    this: Period = Field(default=OMITTED, description="The current calendar period; weeks begin on Monday.")
    to_date: Period = Field(default=OMITTED, description="The current calendar period up to today.")
    last: Period = Field(default=OMITTED, description="The complete calendar period before the current one.")
    between: list[Date] = Field(
        default=OMITTED,
        min_length=2,
        max_length=2,
        examples=[["2026-11-01", "2026-11-30"]],
        description="A range of dates, both included.",
    )
    after: Date = Field(default=OMITTED, description="Days after this date.")
    before: Date = Field(default=OMITTED, description="Days before this date.")
    on: Date = Field(default=OMITTED, description="This date only.")


class Selector(Part):
    """Selects activities."""

    event: EventName = OMITTED
    events: EventNames = Field(default=OMITTED)
    kind: Kind = "track"
    source: SourceId = OMITTED
    where: Filters = Field(default=OMITTED)


class SelectorInWindow(Selector):
    """Selects activities, and the time in which they happened."""

    window: Window = OMITTED


class Measured(SelectorInWindow):
    """Selects activities, and what is measured of them."""

    function: Function = "count"
    property: PropertyPath = OMITTED


class EventCondition(Measured):
    """A measure of activities: the count, an amount, the first or the last value. By default, at least one activity."""

    type: Literal["event"]
    operator: Operator = Field(
        default="at_least",
        description=(
            "Numbers take `equals`, `not_equals`, `greater`, `less`, `at_least`, `at_most` and `between`; `first` and "
            "`last` take all operators."
        ),
    )
    value: Operand = 1


class NeverCondition(SelectorInWindow):
    """There is no such activity."""

    type: Literal["never"]


class FirstTimeCondition(SelectorInWindow):
    """The first such activity ever lies in the window."""

    type: Literal["first_time"]


WithinDays = Annotated[
    int,
    Field(
        ge=0,
        le=MAX_WITHIN_DAYS,
        description="Maximum number of calendar days after the step before; 0 is the same day.",
    ),
]
Within = Annotated[
    Duration,
    Field(
        examples=[{"hours": 2}],
        description=f"Less than this duration later: at most {MAX_HOURS} hours.",
    ),
]
Without = Annotated[
    list[Selector],
    BeforeValidator(lambda given: [given] if isinstance(given, dict) else given),
    Field(
        min_length=1,
        max_length=MAX_WITHOUT,
        description="Activities that must not occur in between. A single one need not be a list.",
    ),
]


class Answer(Selector):
    """The activity that did not follow, and the time limit for it."""

    within_days: WithinDays = OMITTED
    within: Within = OMITTED


class Step(Answer):
    """One step of a sequence: an activity, its time limit after the step before, and what must not occur between the
    two.
    """

    without: Without = Field(default=OMITTED)


class SequenceCondition(Part):
    """Activities in this order: `first` and `then`, or up to five `steps`. `then_not` must not follow the last one.
    `within_days`, `within` and `without` apply from the first step to the last; with one step and `then_not`, between
    the two. The window applies to the last step.
    """

    type: Literal["sequence"]
    first: Selector = OMITTED
    then: Selector = OMITTED
    steps: list[Step] = Field(default=OMITTED, min_length=1, max_length=_MAX_STEPS)
    then_not: Answer = OMITTED
    within_days: WithinDays = OMITTED
    within: Within = OMITTED
    without: Without = Field(default=OMITTED)
    window: Window = OMITTED


class StoppedCondition(Selector):
    """There is an activity between `active_days` and `quiet_days` days ago, and none since."""

    type: Literal["stopped"]
    quiet_days: Days
    active_days: Days = Field(description="Must be greater than `quiet_days`.")


ActivityCondition = (
    EventCondition | NeverCondition | FirstTimeCondition | SequenceCondition | StoppedCondition
)
