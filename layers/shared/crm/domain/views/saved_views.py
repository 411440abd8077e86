"""Views of saved views."""

from typing import Any, TypedDict


class SavedViewView(TypedDict):
    """A filter and an order of the list of customers."""

    id: str
    name: str
    filter: dict[str, Any]
    sort: str
    created_at: str
    version: int


class SavedViewListView(TypedDict):
    """All saved views, by name."""

    views: list[SavedViewView]
