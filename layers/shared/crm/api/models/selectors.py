"""What conditions and values select: activities, by name, source, properties and time."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from crm.api.models.base import OMITTED
from crm.api.models.operands import MAX_DAY_NUMBER, ConditionPart, Date, DayNumber, Operand, Operator
from crm.domain.conditions.calendar_periods import PERIODS
from crm.domain.conditions.measures import FUNCTIONS, MAX_DISTINCT_VALUES
from crm.domain.conditions.windows import MAX_HOURS
from crm.domain.metrics.selector import ACTIVITY_KINDS, GROUP_TYPES, MAX_FILTERS, MAX_SELECTED_EVENTS

_MAX_NAME_LENGTH = 200

_COMPARISON, _GROUP = "<comparison>", "<group>"

ClockCount = Annotated[int, Field(ge=0, le=MAX_DAY_NUMBER * 1_440)]
_DayCount = Annotated[int, Field(ge=0, le=MAX_DAY_NUMBER)]
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
        max_length=MAX_SELECTED_EVENTS,
        examples=[["Order Completed", "Subscription Renewed"]],
        description="Several names that count together. Replaces `event`.",
    ),
]
Kind = Annotated[
    Literal[ACTIVITY_KINDS],  # type: ignore[valid-type] # the kinds that the domain knows
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
        f"to {MAX_DISTINCT_VALUES} values."
    ),
]


Period = Literal[PERIODS]  # type: ignore[valid-type] # the periods that the domain knows


def _exactly_one(schema: dict[str, Any]) -> None:
    schema |= {"minProperties": 1, "maxProperties": 1}


def _at_least_one(schema: dict[str, Any]) -> None:
    schema |= {"minProperties": 1}


class Comparison(ConditionPart):
    """Compares a property of an event with a value."""

    property: PropertyPath
    operator: Operator
    value: Operand = OMITTED


def _kind_of_filter(filter_: Any) -> str:
    grouped = "type" in filter_ if isinstance(filter_, dict) else isinstance(filter_, FilterGroup)
    return _GROUP if grouped else _COMPARISON


class FilterGroup(ConditionPart):
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


class Duration(ConditionPart):
    """A duration: the sum of hours and minutes."""

    model_config = ConfigDict(json_schema_extra=_at_least_one)

    hours: ClockCount = OMITTED
    minutes: ClockCount = OMITTED


class Window(ConditionPart):
    """The calendar days in the deployment's time zone, or the instants, that count: exactly one of these fields.
    Without a window, all times count.
    """

    model_config = ConfigDict(json_schema_extra=_exactly_one)

    within_days: DayNumber = Field(
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


class Selector(ConditionPart):
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
