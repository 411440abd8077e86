"""Commands that start jobs."""

from typing import NotRequired, TypedDict


class NewJob(TypedDict):
    """The logs to project again, selected by exactly one of `profile_id`, `from` (with an optional `to`) and `all`."""

    kind: str
    profile_id: NotRequired[str]
    received_from: NotRequired[str]
    received_to: NotRequired[str]
    all: NotRequired[bool]
