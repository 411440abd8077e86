"""The fields of a note or a task, as they are stored."""

from typing import NotRequired, TypedDict


class Work(TypedDict):
    """A note or a task: `text` and `author` are of notes, the other texts of tasks. Times are epoch ms.

    `deleted` is on the mark that stays of a deleted one, which has no fields of its kind.
    """

    kind: str
    id: str
    version: int
    created_at: NotRequired[int]
    updated_at: int
    deleted: NotRequired[bool]
    text: NotRequired[str]
    author: NotRequired[str]
    name: NotRequired[str]
    description: NotRequired[str | None]
    status: NotRequired[str]
    priority: NotRequired[str]
    assignee: NotRequired[str | None]
    due: NotRequired[str | None]
