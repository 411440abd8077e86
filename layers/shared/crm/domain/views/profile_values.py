"""Views of values and points of a customer."""

from typing import Any, TypedDict


class ProfileValuesView(TypedDict):
    """The values of a customer at this instant, by name; null if there is nothing to compute."""

    aggregates: dict[str, Any]
    scores: dict[str, Any]
    expressions: dict[str, Any]
    building: list[str]


class PointsGivenView(TypedDict):
    """Points that were added or subtracted by hand."""

    id: str
    points: float
    reason: str | None
    total: float
    at: str


class ScoreEntryView(TypedDict):
    """One entry of a score: an activity that a rule matches, or points given by hand."""

    at: str
    points: float
    id: str
    type: str
    name: str | None
    reason: str | None
    by: str | None
    by_name: str | None


class ScoreEntriesView(TypedDict):
    """The entries of a page, and the total of the score."""

    entries: list[ScoreEntryView]
    total: float


class ScoreLedgerView(ScoreEntriesView):
    """A page of the entries of a score, latest first."""

    next_cursor: str | None
