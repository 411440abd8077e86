"""Commands that give points by hand."""

from typing import NotRequired, TypedDict


class NewPoints(TypedDict):
    """Points to add to or subtract from a score of a customer."""

    points: float
    reason: NotRequired[str]
