"""Views of lists."""

from typing import TypedDict


class ListView(TypedDict):
    """A list. `count`: the customers on it that the key can see, all of them unless `more` is true."""

    id: str
    name: str
    description: str
    created_at: str
    count: int
    more: bool
    version: int


class ListPageView(TypedDict):
    """All lists with their counts."""

    lists: list[ListView]
    next_cursor: str | None
