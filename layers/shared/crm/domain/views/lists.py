"""Views of lists."""

from typing import TypedDict


class ListView(TypedDict):
    """A list. `count` is exact: the number of customers on the list among those that the key can see."""

    id: str
    name: str
    description: str
    created_at: str
    count: int
    version: int


class ListPageView(TypedDict):
    """All lists with their counts."""

    lists: list[ListView]
    next_cursor: str | None
