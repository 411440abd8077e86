"""Making and changing profiles."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, RootModel

from crm.api.models.base import Input
from crm.api.models.consents import ConsentChange
from crm.domain import tag
from crm.domain.api_key import CLASS_PATTERN
from crm.domain.work import LONGEST_NAME

MOST_IDENTITIES = 20
MOST_CONSENTS = 20
MOST_TAGS = 200
MOST_CLASSES = 50

Identities = Annotated[
    dict[str, str | int],
    Field(
        max_length=MOST_IDENTITIES,
        examples=[{"email": "ada@example.com", "user_id": "4711"}],
        description="Type to value: `user_id`, `email`, `phone`, `anonymous_id` or a type of the deployment's own.",
    ),
]
Attributes = Annotated[
    dict[str, Any],
    Field(
        examples=[{"first_name": "Ada", "city": None}],
        description="Name to value; null empties. `email` and `phone` are identities, too.",
    ),
]
TagName = Annotated[str, Field(min_length=1, max_length=tag.LONGEST_NAME, examples=["VIP"])]
Tags = Annotated[
    list[TagName], Field(max_length=MOST_TAGS, description="By name; what is not known yet is registered.")
]
Class = Annotated[str, Field(pattern=f"^{CLASS_PATTERN}$", examples=["vip"])]
Classes = Annotated[list[Class], Field(max_length=MOST_CLASSES)]
User = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        examples=["grace@example.com"],
        description="A user of the CRM, by name or email address.",
    ),
]


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class ConsentWord(ConsentChange):
    """A word on the consent to one channel."""

    channel: str = Field(examples=["email"])


Consents = Annotated[list[ConsentWord], Field(max_length=MOST_CONSENTS)]


class NewProfile(Input):
    """A customer that nobody has heard of yet: at least one identity, here or among the attributes."""

    identities: Identities = Field(default={})
    attributes: Attributes = Field(default={})
    tags: Tags = Field(default=[])
    consents: Consents = Field(default=[])
    responsible: User | None = None
    classes: Classes = Field(
        default=[], description="A key that is limited to classes makes customers of its own ones only."
    )


class TagSwitches(Input):
    """Tags to give and to take, by name."""

    add: Tags = Field(default=[])
    remove: Tags = Field(default=[], description="What the customer has not is passed over.")


class ClassSwitches(Input):
    """Classes to put into and to take out of."""

    add: Classes = Field(default=[])
    remove: Classes = Field(default=[])


class ProfileChanges(Input):
    """Only what is given changes."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    identities: Identities = Field(default={}, description="Further ones, which nobody else has.")
    attributes: Attributes = Field(default={})
    tags: TagSwitches = TagSwitches()
    consents: Consents = Field(default=[])
    responsible: User | None = Field(default=None, description="Null: nobody is.")
    classes: ClassSwitches = ClassSwitches()


class AttributeValues(RootModel[dict[str, Any]]):
    """Name to value; null empties. `email` and `phone` are identities, too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"first_name": "Ada", "city": None}]})


class Responsible(Input):
    """Who looks after a customer."""

    user: User
