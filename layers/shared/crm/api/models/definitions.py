"""Attributes and tags."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from crm.api.models.base import Input, Instant, Output
from crm.domain import attribute, event_categories, event_names, tag
from crm.domain.category import EventCategory

Type = Literal["text", "number", "boolean", "date", "datetime", "choice", "list"]
Format = Literal["email", "phone"]
AttributeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.LONGEST_NAME,
        examples=["shoe_size"],
        description="As events, forms and imports call it; fixed.",
    ),
]
Label = Annotated[str, Field(min_length=1, max_length=attribute.LONGEST_NAME, examples=["Shoe size"])]
Heading = Annotated[
    str,
    Field(
        min_length=1, max_length=attribute.LONGEST_NAME, description="The heading under which it is listed."
    ),
]
Choices = Annotated[
    list[str],
    Field(
        max_length=attribute.MOST_CHOICES,
        examples=[["S", "M", "L"]],
        description="What a choice, or the entries of a list, can be.",
    ),
]
Description = Annotated[str, Field(max_length=attribute.LONGEST_DESCRIPTION)]
SetBy = Annotated[
    Literal["anybody", "trusted", "by_hand"],
    Field(
        description="Who may set it: anybody who can send events or fill in a form; servers, imports and edits; or "
        "edits alone. What others send of it stays in the timeline."
    ),
]
Required = Annotated[bool, Field(description="Whether forms ask for it as required.")]
TagName = Annotated[str, Field(min_length=1, max_length=tag.LONGEST_NAME, examples=["VIP"])]
TagDescription = Annotated[str, Field(max_length=tag.LONGEST_DESCRIPTION)]


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class NewAttribute(Input):
    """What customers can be told about. Values that came before it was declared count."""

    name: AttributeName
    label: Label = Field(default="", description="Made of the name if it is not given.")
    type: Type = "text"
    format: Format | None = Field(default=None, description="How a text is normalised.")
    choices: Choices = Field(default=[])
    group: Heading = attribute.OTHER
    description: Description = ""
    required: Required = False
    set_by: SetBy = "anybody"


class AttributeChanges(Input):
    """Only what is given changes. Values stay as they came in, and are read by the new type."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    label: Label = ""
    type: Type = "text"
    format: Format | None = None
    choices: Choices = Field(default=[])
    group: Heading = ""
    description: Description = ""
    required: Required = False
    set_by: SetBy = "anybody"
    archived: bool = Field(
        default=False, description="An archived attribute takes no values; false brings it back."
    )


class Attribute(Output):
    """An attribute: standard ones are built in, and can be renamed in their labels, required and archived."""

    name: str
    label: str
    type: Type
    format: Format | None
    choices: list[str]
    group: str
    description: str
    required: bool
    archived: bool
    standard: bool
    set_by: SetBy


class AttributeList(Output):
    """Standard attributes first, the others by name."""

    attributes: list[Attribute]


class NewTag(Input):
    """A tag that nobody has yet. Names that differ in capitals and blanks only are one."""

    name: TagName
    description: TagDescription = ""


class TagChanges(Input):
    """Only what is given changes. A new name is that of everybody who has the tag."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: TagName = ""
    description: TagDescription = ""


class Tag(Output):
    """A tag. `count` is exact: the customers who have it, of those that the key sees."""

    id: str
    name: str
    description: str
    created_at: Instant
    count: int


class TagCloud(Output):
    """Tags with their counts."""

    tags: list[Tag]
    next_cursor: str | None


EventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=event_names.LONGEST_READ,
        examples=["Machine Serviced"],
        description="In any spelling: `machine_serviced` is the same event.",
    ),
]


class CategorisedEvent(Input):
    """An event, and the category that shows it."""

    event: EventName
    category: EventCategory


class NewEventCategories(Input):
    """All events that the deployment categorises itself; of others, the built-in table decides."""

    events: list[CategorisedEvent] = Field(max_length=event_categories.MOST_EVENTS)


class EventCategories(Output):
    """The deployment's own events by name, in the order in which they were given."""

    id: Literal["event_categories"]
    version: int
    events: list[CategorisedEvent]
