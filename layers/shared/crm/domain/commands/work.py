"""Commands of notes and tasks."""

from typing import NotRequired, TypedDict


class NewNote(TypedDict):
    """A note on a customer."""

    text: str
    author: NotRequired[str]


class NoteChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are."""

    text: str
    author: str


class NewTask(TypedDict):
    """A task for a customer."""

    name: str
    description: NotRequired[str | None]
    status: NotRequired[str]
    priority: NotRequired[str]
    assignee: NotRequired[str | None]
    due: NotRequired[str | None]


class TaskChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are; null clears a field."""

    name: str
    description: str | None
    status: str
    priority: str
    assignee: str | None
    due: str | None
