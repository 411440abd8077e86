"""Commands of lists."""

from typing import NotRequired, TypedDict


class NewList(TypedDict):
    """A new list, without customers. Names that differ only in case and spaces are the same list."""

    name: str
    description: NotRequired[str]


class ListChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are. A new name applies to all customers on the list."""

    name: str
    description: str
