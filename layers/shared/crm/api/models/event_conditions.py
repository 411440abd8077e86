"""Conditions on the activities of customers."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from crm.api.models.base import OMITTED
from crm.api.models.operands import ConditionPart, DayNumber, Operand, Operator
from crm.api.models.selectors import Duration, Measured, Selector, SelectorInWindow, Window
from crm.domain.conditions.windows import MAX_HOURS

MAX_WITHIN_DAYS = 3_650
_MAX_STEPS = 5
MAX_WITHOUT = 5


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


class MissingFollowUp(Selector):
    """The activity that did not follow, and the time limit for it."""

    within_days: WithinDays = OMITTED
    within: Within = OMITTED


class Step(MissingFollowUp):
    """One step of a sequence: an activity, its time limit after the step before, and what must not occur between the
    two.
    """

    without: Without = Field(default=OMITTED)


class SequenceCondition(ConditionPart):
    """Activities in this order: `first` and `then`, or up to five `steps`. `then_not` must not follow the last one.
    `within_days`, `within` and `without` apply from the first step to the last; with one step and `then_not`, between
    the two. The window applies to the last step.
    """

    type: Literal["sequence"]
    first: Selector = OMITTED
    then: Selector = OMITTED
    steps: list[Step] = Field(default=OMITTED, min_length=1, max_length=_MAX_STEPS)
    then_not: MissingFollowUp = OMITTED
    within_days: WithinDays = OMITTED
    within: Within = OMITTED
    without: Without = Field(default=OMITTED)
    window: Window = OMITTED


class StoppedCondition(Selector):
    """There is an activity between `active_days` and `quiet_days` days ago, and none since."""

    type: Literal["stopped"]
    quiet_days: DayNumber
    active_days: DayNumber = Field(description="Must be greater than `quiet_days`.")


ActivityCondition = (
    EventCondition | NeverCondition | FirstTimeCondition | SequenceCondition | StoppedCondition
)
