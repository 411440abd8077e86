"""Attributes and tags."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.domain import attribute, event_categories, event_names, tag
from crm.domain.category import EventCategory

AttributeType = Literal["text", "number", "boolean", "date", "datetime", "choice", "list"]
_Format = Literal["email", "phone"]
_AttributeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.MAX_ATTRIBUTE_NAME_LENGTH,
        examples=["shoe_size"],
        description="Name of the attribute, as events, forms and imports use it. It cannot be changed.",
    ),
]
Label = Annotated[
    str, Field(min_length=1, max_length=attribute.MAX_ATTRIBUTE_NAME_LENGTH, examples=["Shoe size"])
]
Heading = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.MAX_ATTRIBUTE_NAME_LENGTH,
        description="Heading of the group under which the attribute is listed.",
    ),
]
Choices = Annotated[
    list[str],
    Field(
        max_length=attribute.MAX_CHOICES,
        examples=[["S", "M", "L"]],
        description="Allowed values of a choice, or of the entries of a list.",
    ),
]
_Description = Annotated[str, Field(max_length=attribute.MAX_ATTRIBUTE_DESCRIPTION_LENGTH)]
SetBy = Annotated[
    Literal["anybody", "trusted", "by_hand"],
    Field(
        description=(
            "Who may set the attribute: any sender of events or forms; servers, imports and edits; or edits alone. "
            "Values from other senders are kept in the timeline only."
        )
    ),
]
Required = Annotated[bool, Field(description="Whether forms require the attribute.")]
_TagName = Annotated[str, Field(min_length=1, max_length=tag.MAX_NAME_LENGTH, examples=["VIP"])]
TagDescription = Annotated[str, Field(max_length=tag.MAX_DESCRIPTION_LENGTH)]


class NewAttribute(Input):
    """A declared attribute. Values that were received before the declaration count."""

    EXAMPLE: ClassVar[Properties] = {
        "name": "shoe_size",
        "label": "Shoe size",
        "type": "choice",
        "choices": ["S", "M", "L"],
    }

    name: _AttributeName
    label: Label = Field(default="", description="Derived from the name by default.")
    type: AttributeType = "text"
    format: _Format | None = Field(default=None, description="How a text value is normalised.")
    choices: Choices = Field(default=[])
    group: Heading = attribute.OTHER
    description: _Description = ""
    required: Required = False
    set_by: SetBy = "anybody"


class AttributeChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are. Stored values are kept as received and read by the new
    type.
    """

    EXAMPLE: ClassVar[Properties] = {"label": "Shoe size (EU)"}

    label: Label
    type: AttributeType
    format: _Format | None
    choices: Choices
    group: Heading
    description: _Description
    required: Required
    set_by: SetBy
    archived: bool = Field(description="An archived attribute accepts no values; false restores it.")


class Attribute(Output):
    """An attribute. Standard attributes are built in: only their labels, `required` and `archived` can be changed."""

    name: str
    label: str
    type: AttributeType
    format: _Format | None
    choices: list[str]
    group: str
    description: str
    required: bool
    archived: bool
    standard: bool
    set_by: SetBy
    id: str = Field(description="The name.")
    version: int = Field(description="0 for a standard attribute as it is built in.")


class AttributeList(Output):
    """All attributes: standard ones first, then the others by name."""

    attributes: list[Attribute]


class NewTag(Input):
    """A new tag, without customers. Names that differ only in case and spaces are the same tag."""

    EXAMPLE: ClassVar[Properties] = {"name": "VIP", "description": "over 1,000 EUR a year"}

    name: _TagName
    description: TagDescription = ""


class TagChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are. A new name applies to all customers who have the tag."""

    EXAMPLE: ClassVar[Properties] = {"name": "Very important"}

    name: _TagName
    description: TagDescription


class Tag(Output):
    """A tag. `count`: the customers with it that the key can see, all of them unless `more` is true."""

    id: str
    name: str
    description: str
    created_at: Instant
    count: int
    more: bool = Field(description="Whether there are more than `count`; only with `count_up_to`.")
    version: int


class TagCloud(Output):
    """All tags with their counts."""

    tags: list[Tag]
    next_cursor: str | None


_EventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=event_names.MAX_LENGTH_READ,
        examples=["Machine Serviced"],
        description="Name of the event, in any spelling: `machine_serviced` is the same event.",
    ),
]


class CategorisedEvent(Input):
    """An event name and the category in which the timeline shows the event."""

    event: _EventName
    category: EventCategory


class NewEventCategories(Input):
    """The categories of the deployment's own events, as a whole. Other events follow the built-in table."""

    EXAMPLE: ClassVar[Properties] = {"events": [{"event": "Machine Serviced", "category": "support"}]}

    events: list[CategorisedEvent] = Field(max_length=event_categories.MAX_CATEGORISED_EVENTS)


class EventCategories(Output):
    """The categories of the deployment's own events, in the order in which they were given."""

    id: Literal["event_categories"]
    version: int
    events: list[CategorisedEvent]
