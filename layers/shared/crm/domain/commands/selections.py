"""Commands that select customers: exports and bulk actions."""

from typing import Any, TypedDict

NameList = list[str]
FilterJson = dict[str, Any]
"""A filter: the values of the list's query parameters, by their names."""


class Group(TypedDict):
    """A group of customers, by its kind and id."""

    kind: str
    id: str


class Selected(TypedDict, total=False):
    """The selected customers, in exactly one way: by `ids`, `filter`, `tag`, `list`, `segment`, `group` or `all`.

    `kind` limits them to one kind of profiles.
    """

    ids: NameList
    filter: FilterJson
    tag: str
    list: str
    segment: str
    group: Group
    all: bool
    kind: str
