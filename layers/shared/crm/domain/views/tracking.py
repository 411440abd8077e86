"""Views of accepted and rejected input."""

from typing import Any, NotRequired, TypedDict


class RejectedView(TypedDict):
    """Rejected input, with the reason."""

    id: str
    received_at: str
    source: str
    type: str
    index: int
    code: str
    message: str
    truncated: bool
    size: int
    sha256: str | None
    content: Any


class RejectedTotalsView(TypedDict):
    """Rejected input of a source on one day, whether or not its content was kept."""

    source: str
    messages: int
    reasons: dict[str, int]
    kept_bytes: int
    content_not_kept: int


class RejectedPageView(TypedDict):
    """A page of the input rejected on a day."""

    rejected: list[RejectedView]
    next_cursor: str | None
    totals: list[RejectedTotalsView]


class RejectionView(TypedDict):
    """The reason why one item of a batch was rejected."""

    index: int
    code: str
    message: str


class AcceptedView(TypedDict):
    """The events are stored durably, except those that are listed as rejected."""

    success: bool
    accepted: int
    rejected: list[RejectionView]
    left_out: NotRequired[int]
