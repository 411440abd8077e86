"""Commands that decide by hand whether a customer is in a segment."""

from typing import TypedDict


class Decision(TypedDict):
    """Whether a customer is in a segment, regardless of its condition."""

    member: bool
