"""Conditions over what a profile says, and over what is computed of it."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from crm.api.models.edits import Class, User
from crm.api.models.event_conditions import SourceId, Window
from crm.api.models.operands import DateOperand, NameOrId, Operand, Operator, Part
from crm.domain import attribute
from crm.domain.segments import consent_conditions, time_conditions

_LONGEST_CONSENT = 64
_LONGEST_SEED = 100

AttributeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.LONGEST_NAME,
        examples=["city"],
        description="One that is declared.",
    ),
]


class AttributeCondition(Part):
    """An attribute compared with a value. Of a list, one entry must pass."""

    type: Literal["attribute"]
    name: AttributeName
    operator: Operator
    value: Operand = None


class EnvironmentCondition(Part):
    """The technical environment seen last, compared with a value."""

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
    value: Operand = None


class TagCondition(Part):
    """Has a tag."""

    type: Literal["tag"]
    tag: NameOrId


class ListCondition(Part):
    """Is on a list."""

    type: Literal["list"]
    list: NameOrId


class ClassCondition(Part):
    """Is in a class."""

    model_config = ConfigDict(serialize_by_alias=True)

    type: Literal["class"]
    class_: Class = Field(alias="class")


class KindCondition(Part):
    """Is recognised by an email or a user id, or anonymous."""

    type: Literal["kind"]
    kind: Literal["recognised", "anonymous"]


class ResponsibleCondition(Part):
    """Is looked after by this user; null: by nobody."""

    type: Literal["responsible"]
    user: User | None


class ConsentCondition(Part):
    """What a consent says: what was granted until an instant expires by itself.

    With a window, the day since which the consent is in this state lies in it. Words that repeat the state, as SDKs do
    with every event, change nothing about that day.
    """

    type: Literal["consent"]
    channel: str = Field(min_length=1, max_length=_LONGEST_CONSENT, examples=["email"])
    purpose: str = Field(
        default="", min_length=1, max_length=_LONGEST_CONSENT, description="`marketing` if it is not given."
    )
    state: Literal[consent_conditions.CONSENT_STATES]  # type: ignore[valid-type] # those that the domain knows
    window: Window = Field(
        default=Window(),
        description="Of what is `granted`, `denied` or `expired`: since a day in this window.",
    )


class SourceCondition(Part):
    """Has done something, whatever it was, that came from a source."""

    type: Literal["source"]
    source: SourceId


class RandomShareCondition(Part):
    """A random share of the customers, always the same ones: drawn by a hash of `seed` and the customer's id.

    Shares of one seed that do not overlap have no customer in common: `percent` 10 from 0, and 10 from 10. Shares of
    different seeds are drawn independently of each other.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    type: Literal["random_share"]
    percent: int | float = Field(gt=0, le=100, examples=[10], description="At most two decimals.")
    from_: int | float = Field(
        default=0,
        alias="from",
        ge=0,
        lt=100,
        description="The percent at which the share begins; it ends at 100 at the latest.",
    )
    seed: str = Field(default="", min_length=1, max_length=_LONGEST_SEED, examples=["spring sale"])


class SegmentCondition(Part):
    """Is in another segment. Circles are refused."""

    type: Literal["segment"]
    segment: NameOrId


class DateCondition(Part):
    """A date of the profile (`field`), or an attribute that holds one: exactly one of both."""

    type: Literal["date"]
    field: Literal[time_conditions.FIELDS] = Field(default="")  # type: ignore[valid-type] # those that the domain knows
    attribute: AttributeName = Field(default="", examples=["birthday"])
    operator: Literal[time_conditions.OPERATORS]  # type: ignore[valid-type] # as above
    value: DateOperand
    yearly: bool = Field(
        default=False,
        description="The day in each year, as birthdays are: for attributes with numbers of days or periods.",
    )


class TopCondition(Part):
    """Among the top percent of the customers by an aggregate, a score or an expression: exactly one of the three.

    By a snapshot of every night: who reaches the value that was needed then is in. Customers whose value is a number
    above 0 are ranked.
    """

    type: Literal["top"]
    percent: int | float = Field(gt=0, le=100, examples=[10])
    aggregate: NameOrId = ""
    score: NameOrId = ""
    expression: NameOrId = ""


class ValueCondition(Part):
    """An aggregate, a score or an expression compared with a value: exactly one of the three."""

    type: Literal["value"]
    aggregate: NameOrId = ""
    score: NameOrId = ""
    expression: NameOrId = ""
    operator: Operator
    value: Operand = None
