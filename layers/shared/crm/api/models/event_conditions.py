"""Conditions over what customers did."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from crm.api.models.operands import MOST_DAYS, Date, Days, Operand, Operator, Part, without_placeholders
from crm.domain.metrics.selector import GROUP_TYPES, KINDS, MOST_EVENTS, MOST_FILTERS
from crm.domain.segments.calendar_periods import PERIODS
from crm.domain.segments.measures import FUNCTIONS, MOST_VALUES
from crm.domain.segments.windows import MOST_HOURS

LONGEST_NAME = 200
LONGEST_WITHIN = 3_650
MOST_STEPS = 5
MOST_WITHOUT = 5

_COMPARISON, _GROUP = "<comparison>", "<group>"

ClockCount = Annotated[int, Field(ge=0, le=MOST_DAYS * 1_440)]
DayCount = Annotated[int, Field(ge=0, le=MOST_DAYS)]
PropertyPath = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        examples=["total", "products.sku"],
        description="Points lead into objects, and into every entry of lists.",
    ),
]
EventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        examples=["Order Completed"],
        description="Name of the event, page or screen as it is sent; any if it is not given.",
    ),
]
EventNames = Annotated[
    list[EventName],
    Field(
        min_length=1,
        max_length=MOST_EVENTS,
        examples=[["Order Completed", "Subscription Renewed"]],
        description="Instead of `event`: several names that count together.",
    ),
]
Kind = Annotated[
    Literal[KINDS],  # type: ignore[valid-type] # the kinds that the domain knows
    Field(description="`any`: whatever the customer did."),
]
SourceId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        examples=["src_0123456789ab"],
        description="Id of the source that it came from.",
    ),
]
Function = Annotated[
    Literal[FUNCTIONS],  # type: ignore[valid-type] # the functions that the domain knows
    Field(
        description="All but `count` and `distinct_days` are of a property. `distinct_values` counts up to "
        f"{MOST_VALUES} of them."
    ),
]


Period = Literal[PERIODS]  # type: ignore[valid-type] # the periods that the domain knows


def _exactly_one(schema: dict[str, Any]) -> None:
    without_placeholders(schema)
    schema |= {"minProperties": 1, "maxProperties": 1}


def _at_least_one(schema: dict[str, Any]) -> None:
    without_placeholders(schema)
    schema |= {"minProperties": 1}


class Comparison(Part):
    """A comparison with a property of an event."""

    property: PropertyPath
    operator: Operator
    value: Operand = None


def _kind_of_filter(said: Any) -> str:
    grouped = "type" in said if isinstance(said, dict) else isinstance(said, FilterGroup)
    return _GROUP if grouped else _COMPARISON


class FilterGroup(Part):
    """Filters together: all pass (`and`), one does (`or`), or all do for one `entry` of the list `property`.

    `{"type": "entry", "property": "products", "where": [...]}` compares the properties of one product with each other's
    filters, where `products.sku` and `products.price` may be of two products.
    """

    type: Literal[GROUP_TYPES]  # type: ignore[valid-type] # the types that the domain knows
    property: PropertyPath = Field(
        default="", description="Of `entry` only: the path of the list.", examples=["products"]
    )
    where: list["PropertyFilter"] = Field(min_length=1, max_length=MOST_FILTERS)


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
        max_length=MOST_FILTERS,
        examples=[[{"property": "total", "operator": "at_least", "value": 50}]],
        description=f"Activities that pass all of these: at most {MOST_FILTERS}, those in groups included.",
    ),
]


class Duration(Part):
    """So many hours and minutes together."""

    model_config = ConfigDict(json_schema_extra=_at_least_one)

    hours: ClockCount = 0
    minutes: ClockCount = 0


class Window(Part):
    """Which calendar days of the deployment's time zone, or which instants count: exactly one of these. Without a
    window all do.
    """

    model_config = ConfigDict(json_schema_extra=_exactly_one)

    within_days: Days = Field(default=0, description="The last so many days; 1 is today.")
    days_ago: list[DayCount] = Field(
        default=[],
        min_length=2,
        max_length=2,
        examples=[[7, 30]],
        description="From so many days ago to so many, the nearer day first; 0 is today.",
    )
    within: Duration = Field(
        default=Duration(),
        examples=[{"hours": 2}],
        description=f"Less than so many hours and minutes ago, to the millisecond: at most {MOST_HOURS} hours.",
    )
    hours_ago: list[ClockCount] = Field(
        default=[],
        min_length=2,
        max_length=2,
        examples=[[1, 24]],
        description="At least the first and less than the second number of hours ago.",
    )
    minutes_ago: list[ClockCount] = Field(
        default=[], min_length=2, max_length=2, examples=[[30, 90]], description="The same in minutes."
    )
    this: Period = Field(default="", description="The current calendar period; weeks begin on Monday.")
    to_date: Period = Field(default="", description="The current calendar period until today.")
    last: Period = Field(default="", description="The calendar period before the current one, as a whole.")
    between: list[Date] = Field(
        default=[],
        min_length=2,
        max_length=2,
        examples=[["2026-11-01", "2026-11-30"]],
        description="Both days included.",
    )
    after: Date = Field(default="", description="The days behind this one.")
    before: Date = Field(default="", description="The days before this one.")
    on: Date = Field(default="", description="This day.")


class Selector(Part):
    """Which activities are meant."""

    event: EventName = ""
    events: EventNames = Field(default=[])
    kind: Kind = "track"
    source: SourceId = ""
    where: Filters = Field(default=[])


class SelectorInWindow(Selector):
    """Which activities are meant, and when they happened."""

    window: Window = Window()


class Measured(SelectorInWindow):
    """What is measured of these activities."""

    function: Function = "count"
    property: PropertyPath = ""


class EventCondition(Measured):
    """How often, how much, the first, the last: by default, whether it was done at least once."""

    type: Literal["event"]
    operator: Operator = Field(
        default="at_least",
        description="Numbers take `equals`, `not_equals`, `greater`, `less`, `at_least`, `at_most` and `between`; "
        "`first` and `last` take all.",
    )
    value: Operand = 1


class NeverCondition(SelectorInWindow):
    """Nothing of the kind was done."""

    type: Literal["never"]


class FirstTimeCondition(SelectorInWindow):
    """The very first time was in the window."""

    type: Literal["first_time"]


WithinDays = Annotated[
    int,
    Field(ge=0, le=LONGEST_WITHIN, description="At most so many calendar days later; 0 is the same day."),
]
Within = Annotated[
    Duration,
    Field(
        examples=[{"hours": 2}],
        description=f"Less than so many hours and minutes later: at most {MOST_HOURS} hours.",
    ),
]
Without = Annotated[
    list[Selector],
    BeforeValidator(lambda given: [given] if isinstance(given, dict) else given),
    Field(min_length=1, max_length=MOST_WITHOUT, description="None of these in between. One needs no list."),
]


class Answer(Selector):
    """What did not follow, and how soon it would have had to."""

    within_days: WithinDays = 0
    within: Within = Duration()


class Step(Answer):
    """One thing, how soon after the step before, and what did not happen between both."""

    without: Without = Field(default=[])


class SequenceCondition(Part):
    """One thing, and others afterwards, in their order: `first` and `then`, or up to five `steps`. `then_not` did not
    follow the last one. `within_days`, `within` and `without` are from the first one to the last; of one thing and
    `then_not`, between both. The window is that of the last step.
    """

    type: Literal["sequence"]
    first: Selector = Selector()
    then: Selector = Selector()
    steps: list[Step] = Field(default=[], min_length=1, max_length=MOST_STEPS)
    then_not: Answer = Answer()
    within_days: WithinDays = 0
    within: Within = Duration()
    without: Without = Field(default=[])
    window: Window = Window()


class StoppedCondition(Selector):
    """What was done between `active_days` and `quiet_days` days ago, and not since."""

    type: Literal["stopped"]
    quiet_days: Days
    active_days: Days = Field(description="More than `quiet_days`.")
