"""Views of attributes, tags and categories of events."""

from typing import TypedDict


class AttributeView(TypedDict):
    """An attribute. Standard attributes are built in: only their labels, `required` and `archived` can be changed."""

    name: str
    label: str
    type: str
    format: str | None
    choices: list[str]
    group: str
    description: str
    required: bool
    archived: bool
    standard: bool
    set_by: str
    id: str
    version: int


class AttributeListView(TypedDict):
    """All attributes: standard ones first, then the others by name."""

    attributes: list[AttributeView]


class TagView(TypedDict):
    """A tag. `count`: the customers with it that the key can see, all of them unless `more` is true."""

    id: str
    name: str
    description: str
    created_at: str
    count: int
    more: bool
    version: int


class TagCloudView(TypedDict):
    """All tags with their counts."""

    tags: list[TagView]
    next_cursor: str | None


class CategorisedEventView(TypedDict):
    """An event name and the category in which the timeline shows the event."""

    event: str
    category: str


class EventCategoriesView(TypedDict):
    """The categories of the deployment's own events, in the order in which they were given."""

    id: str
    version: int
    events: list[CategorisedEventView]
