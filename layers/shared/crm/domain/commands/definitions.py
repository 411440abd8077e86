"""Commands of attributes, tags and categories of events."""

from typing import NotRequired, TypedDict


class NewAttribute(TypedDict):
    """A declared attribute. Values that were received before the declaration count."""

    name: str
    label: NotRequired[str]
    type: NotRequired[str]
    format: NotRequired[str | None]
    choices: NotRequired[list[str]]
    group: NotRequired[str]
    description: NotRequired[str]
    required: NotRequired[bool]
    set_by: NotRequired[str]


class AttributeChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are. Stored values stay as received; the new type reads them."""

    label: str
    type: str
    format: str | None
    choices: list[str]
    group: str
    description: str
    required: bool
    set_by: str
    archived: bool


class NewTag(TypedDict):
    """A new tag, without customers. Names that differ only in case and spaces are the same tag."""

    name: str
    description: NotRequired[str]


class TagChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are. A new name applies to all customers who have the tag."""

    name: str
    description: str


class CategorisedEvent(TypedDict):
    """An event name and the category in which the timeline shows the event."""

    event: str
    category: str


class NewEventCategories(TypedDict):
    """The categories of the deployment's own events, as a whole. Other events follow the built-in table."""

    events: list[CategorisedEvent]
