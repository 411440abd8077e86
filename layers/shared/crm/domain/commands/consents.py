"""Commands that change one consent."""

from typing import NotRequired, TypedDict


class ConsentChange(TypedDict):
    """A change to one consent."""

    state: str
    purpose: NotRequired[str | None]
    proof: NotRequired[str | None]
    source: NotRequired[str | None]
    expires_at: NotRequired[str | None]
