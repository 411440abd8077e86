"""Conditions on the stored and computed values of a profile."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from crm.api.models.base import OMITTED
from crm.api.models.edits import Class, User
from crm.api.models.operands import ConditionPart, DateOperand, NameOrId, Number, Operand, Operator
from crm.api.models.selectors import SourceId, Window
from crm.domain import attribute, consent
from crm.domain.conditions import time_conditions
from crm.domain.conditions.date_operators import DATE_OPERATOR_TABLE

_MAX_CONSENT_LENGTH = 64
_MAX_SEED_LENGTH = 100

AttributeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.MAX_ATTRIBUTE_NAME_LENGTH,
        examples=["city"],
        description="Name of a declared attribute.",
    ),
]


class AttributeCondition(ConditionPart):
    """Compares an attribute with a value. For a list attribute, one matching entry is enough."""

    type: Literal["attribute"]
    name: AttributeName
    operator: Operator
    value: Operand = OMITTED


class EnvironmentCondition(ConditionPart):
    """Compares the technical environment that was seen last with a value."""

    type: Literal["environment"]
    field: Literal[
        "browser",
        "browser_version",
        "os",
        "os_version",
        "device",
        "device_type",
        "locale",
        "timezone",
        "screen",
        "ip",
    ]
    operator: Operator
    value: Operand = OMITTED


class TagCondition(ConditionPart):
    """The customer has a tag."""

    type: Literal["tag"]
    tag: NameOrId


class ListCondition(ConditionPart):
    """The customer is on a list."""

    type: Literal["list"]
    list: NameOrId


class ClassCondition(ConditionPart):
    """The customer has a class."""

    model_config = ConfigDict(serialize_by_alias=True)

    type: Literal["class"]
    class_: Class = Field(alias="class")


class KindCondition(ConditionPart):
    """The customer is recognised (has an email or a user id), or is anonymous."""

    type: Literal["kind"]
    kind: Literal["recognised", "anonymous"]


class ResponsibleCondition(ConditionPart):
    """The customer is assigned to this responsible user; null means to no user."""

    type: Literal["responsible"]
    user: User | None


class ConsentCondition(ConditionPart):
    """The customer's consent has this state. A consent that was granted until an instant expires by itself.

    With a window, the day on which the consent entered this state lies in the window. Statements that repeat the state,
    such as those that SDKs send with every event, do not change that day.
    """

    type: Literal["consent"]
    channel: str = Field(min_length=1, max_length=_MAX_CONSENT_LENGTH, examples=["email"])
    purpose: str = Field(
        default=OMITTED,
        min_length=1,
        max_length=_MAX_CONSENT_LENGTH,
        description=f"`{consent.DEFAULT_PURPOSE}` by default.",
    )
    state: Literal[consent.CONSENT_STATES]  # type: ignore[valid-type] # those that the domain knows
    window: Window = Field(
        default=OMITTED,
        description=(
            "For `granted`, `denied` and `expired`: the consent has been in this state since a day in this "
            "window."
        ),
    )


class SourceCondition(ConditionPart):
    """The customer has an activity, of any kind, from this source."""

    type: Literal["source"]
    source: SourceId


class RandomShareCondition(ConditionPart):
    """A stable random share of the customers, drawn by a hash of `seed` and the customer's id.

    Ranges of one seed that do not overlap share no customer: `percent` 10 from 0, and 10 from 10. Shares of different
    seeds are drawn independently of each other.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    type: Literal["random_share"]
    percent: Number = Field(gt=0, le=100, examples=[10], description="With at most two decimals.")
    from_: Number = Field(
        default=OMITTED,
        alias="from",
        ge=0,
        lt=100,
        description="The percent at which the share begins. The share must not extend beyond 100.",
    )
    seed: str = Field(default=OMITTED, min_length=1, max_length=_MAX_SEED_LENGTH, examples=["spring sale"])


class SegmentCondition(ConditionPart):
    """The customer is in another segment. Circular references are rejected."""

    type: Literal["segment"]
    segment: NameOrId


class DateCondition(ConditionPart):
    """Compares a date of the profile (`field`) or of an attribute: exactly one of the two."""

    type: Literal["date"]
    field: Literal[time_conditions.PROFILE_DATES] = Field(default=OMITTED)  # type: ignore[valid-type] # those that the domain knows
    attribute: AttributeName = Field(default=OMITTED, examples=["birthday"])
    operator: Literal[tuple(DATE_OPERATOR_TABLE)]  # type: ignore[valid-type] # as above
    value: DateOperand
    yearly: bool = Field(
        default=OMITTED,
        description=(
            "Compare the day in each year, as for birthdays. Only for attributes, with windows of days or "
            "periods."
        ),
    )


class TopCondition(ConditionPart):
    """The customer is in the top percent by an aggregate, a score or an expression: exactly one of the three.

    Computed every night: customers who reach the value that was required at that time are in. Only customers whose
    value is a number above 0 are ranked.
    """

    type: Literal["top"]
    percent: Number = Field(gt=0, le=100, examples=[10])
    aggregate: NameOrId = OMITTED
    score: NameOrId = OMITTED
    expression: NameOrId = OMITTED


class ValueCondition(ConditionPart):
    """Compares an aggregate, a score or an expression with a value: exactly one of the three."""

    type: Literal["value"]
    aggregate: NameOrId = OMITTED
    score: NameOrId = OMITTED
    expression: NameOrId = OMITTED
    operator: Operator
    value: Operand = OMITTED


CardCondition = (
    AttributeCondition
    | TagCondition
    | ListCondition
    | ClassCondition
    | KindCondition
    | ResponsibleCondition
    | RandomShareCondition
    | ConsentCondition
    | SourceCondition
    | EnvironmentCondition
    | SegmentCondition
    | DateCondition
    | ValueCondition
    | TopCondition
)
