"""Commands of saved views."""

from typing import Any, NotRequired, TypedDict


class NewSavedView(TypedDict):
    """A new saved view."""

    name: str
    filter: NotRequired[dict[str, Any]]
    sort: NotRequired[str]


class SavedViewChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are."""

    name: str
    filter: dict[str, Any]
    sort: str
