"""Notes and tasks on customers."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.domain.notes_and_tasks import MAX_WORK_NAME_LENGTH, MAX_WORK_TEXT_LENGTH

_Text = Annotated[str, Field(max_length=MAX_WORK_TEXT_LENGTH)]
_Line = Annotated[str, Field(min_length=1, max_length=MAX_WORK_NAME_LENGTH)]
Status = Literal["open", "in_progress", "done", "cancelled"]
Priority = Literal["low", "normal", "high", "urgent"]
Due = Annotated[
    str,
    Field(
        max_length=40,
        examples=["2026-12-01", "2026-12-01T09:00:00+01:00"],
        description="A date (2026-12-01, 01.12.2026) or an instant; UTC if it has no offset.",
    ),
]


class NewNote(Input):
    """A note on a customer."""

    EXAMPLE: ClassVar[Properties] = {"text": "Prefers to be called."}

    text: _Text = Field(min_length=1, examples=["Prefers to be called in the evening"])
    author: _Line = Field(default="", description="Author; by default the API key, as `key:<id>`.")


class NoteChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are."""

    EXAMPLE: ClassVar[Properties] = {"text": "Prefers to be called in the evening."}

    text: _Text = Field(min_length=1)
    author: _Line


class NewTask(Input):
    """A task for a customer."""

    EXAMPLE: ClassVar[Properties] = {"name": "Call back", "assignee": "grace@example.com", "priority": "high"}

    name: _Line = Field(examples=["Call back"])
    description: _Text | None = None
    status: Status = "open"
    priority: Priority = "normal"
    assignee: _Line | None = Field(default=None, description="Assignee, by name or email address.")
    due: Due | None = None


class TaskChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are; null clears a field."""

    EXAMPLE: ClassVar[Properties] = {"status": "done"}

    name: _Line
    description: _Text | None
    status: Status
    priority: Priority
    assignee: _Line | None
    due: Due | None


class Note(Output):
    """A note. `profile_id` is the id of the customer."""

    id: str
    profile_id: str
    text: str
    author: str
    author_name: str | None = Field(
        description="Current name of the author if it is an API key, a source or a form that exists."
    )
    created_at: Instant
    updated_at: Instant
    version: int


class Notes(Output):
    """A page of notes, those created last first."""

    notes: list[Note]
    next_cursor: str | None


class Task(Output):
    """A task. `profile_id` is the id of the customer."""

    id: str
    profile_id: str
    name: str
    description: str | None
    status: Status
    priority: Priority
    assignee: str | None
    due: str | None
    created_at: Instant
    updated_at: Instant
    version: int


class Tasks(Output):
    """A page of tasks, those created last first."""

    tasks: list[Task]
    next_cursor: str | None


class FoundTask(Task):
    """A task in the list of the tasks of all customers."""

    profile_name: str | None = Field(
        description="Name of the customer, or else the e-mail address or phone number; null if none is known."
    )


class FoundTasks(Output):
    """A page of the tasks of all customers, by assignee and due date."""

    tasks: list[FoundTask]
    next_cursor: str | None


class Assignee(Output):
    """A user with assigned tasks."""

    name: str


class Assignees(Output):
    """A page of the users with assigned tasks, of any status, without those of customers that the key
    does not see.
    """

    assignees: list[Assignee]
    next_cursor: str | None
