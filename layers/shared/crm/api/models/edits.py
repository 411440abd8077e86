"""Creating and changing profiles."""

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, RootModel

from crm.api.models.base import Input, PartialUpdate, Properties
from crm.api.models.consents import ConsentChange
from crm.domain import tag
from crm.domain.api_key import CLASS_PATTERN
from crm.domain.notes_and_tasks import MAX_WORK_NAME_LENGTH

MAX_IDENTITIES = 20
_MAX_CONSENTS = 20
MAX_TAGS_SENT = 200
MAX_CLASSES_SENT = 50

Identities = Annotated[
    dict[str, str | int],
    Field(
        max_length=MAX_IDENTITIES,
        examples=[{"email": "ada@example.com", "user_id": "4711"}],
        description=(
            "Identities, as type to value. The types are `user_id`, `email`, `phone`, `anonymous_id` and those of the "
            "deployment."
        ),
    ),
]
Attributes = Annotated[
    dict[str, Any],
    Field(
        examples=[{"first_name": "Ada", "city": None}],
        description=(
            "Attributes, as name to value; null clears an attribute. `email` and `phone` are identities as "
            "well."
        ),
    ),
]
TagName = Annotated[str, Field(min_length=1, max_length=tag.MAX_NAME_LENGTH, examples=["VIP"])]
_Tags = Annotated[
    list[TagName],
    Field(max_length=MAX_TAGS_SENT, description="Names. A name that does not exist yet is registered."),
]
Class = Annotated[str, Field(pattern=f"^{CLASS_PATTERN}$", examples=["vip"])]
_Classes = Annotated[list[Class], Field(max_length=MAX_CLASSES_SENT)]
User = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_WORK_NAME_LENGTH,
        examples=["grace@example.com"],
        description="A user of the CRM, by name or email address.",
    ),
]


class ConsentEdit(ConsentChange):
    """The consent to grant or deny for one channel."""

    channel: str = Field(examples=["email"])


_Consents = Annotated[list[ConsentEdit], Field(max_length=_MAX_CONSENTS)]


class NewProfile(Input):
    """A new customer, with at least one identity, in `identities` or among the attributes."""

    EXAMPLE: ClassVar[Properties] = {
        "identities": {"email": "eva@example.com"},
        "attributes": {"first_name": "Eva", "city": "Kiel", "birthday": "24.12.1990"},
        "tags": ["newsletter"],
        "consents": [{"channel": "email", "state": "granted", "proof": "Yes, send me news."}],
    }

    identities: Identities = Field(default={})
    attributes: Attributes = Field(default={})
    tags: _Tags = Field(default=[])
    consents: _Consents = Field(default=[])
    responsible: User | None = None
    classes: _Classes = Field(
        default=[],
        description="A key that is limited to classes can create customers of its own classes only.",
    )


class TagSwitches(Input):
    """Tags to add and to remove, by name."""

    add: _Tags = Field(default=[])
    remove: _Tags = Field(default=[], description="Tags that the customer does not have are ignored.")


class ClassSwitches(Input):
    """Classes to add and to remove."""

    add: _Classes = Field(default=[])
    remove: _Classes = Field(default=[])


class ProfileChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are."""

    EXAMPLE: ClassVar[Properties] = {"attributes": {"city": "Bonn"}}

    identities: Identities = Field(
        description="Further identities, which must not belong to another customer."
    )
    attributes: Attributes
    tags: TagSwitches
    consents: _Consents
    responsible: User | None = Field(description="The responsible user; null removes the assignment.")
    classes: ClassSwitches


class AttributeValues(RootModel[dict[str, Any]]):
    """Attributes, as name to value; null clears an attribute. `email` and `phone` are identities as well."""

    EXAMPLE: ClassVar[Properties] = {"city": "Bonn", "company": None}

    model_config = ConfigDict(json_schema_extra={"examples": [{"first_name": "Ada", "city": None}]})


class Responsible(Input):
    """The user who is responsible for a customer."""

    EXAMPLE: ClassVar[Properties] = {"user": "grace@example.com"}

    user: User
