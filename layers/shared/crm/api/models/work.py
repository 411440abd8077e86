"""Notes and tasks on customers."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from crm.api.models.base import Input, Instant, Output
from crm.domain.work import LONGEST_NAME, LONGEST_TEXT

Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Status = Literal["open", "in_progress", "done", "cancelled"]
Priority = Literal["low", "normal", "high", "urgent"]
Due = Annotated[
    str,
    Field(
        max_length=40,
        examples=["2026-12-01", "2026-12-01T09:00:00+01:00"],
        description="A date (2026-12-01, 01.12.2026) or an instant; without an offset it is in UTC.",
    ),
]


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class NewNote(Input):
    """Something worth remembering about a customer."""

    text: Text = Field(min_length=1, examples=["Prefers to be called in the evening"])
    author: Line = Field(default="", description="Default: the API key, as `key:<id>`.")


class NoteChanges(Input):
    """Only what is given changes."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    text: Text = Field(default="", min_length=1)
    author: Line = ""


class NewTask(Input):
    """Something to do for a customer."""

    name: Line = Field(examples=["Call back"])
    description: Text | None = None
    status: Status = "open"
    priority: Priority = "normal"
    assignee: Line | None = Field(default=None, description="Who does it, by name or email address.")
    due: Due | None = None


class TaskChanges(Input):
    """Only what is given changes; null empties."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: Line = ""
    description: Text | None = None
    status: Status = "open"
    priority: Priority = "normal"
    assignee: Line | None = None
    due: Due | None = None


class Note(Output):
    """A note. `profile_id` is the customer that it is about."""

    id: str
    profile_id: str
    text: str
    author: str
    created_at: Instant
    updated_at: Instant
    version: int


class Notes(Output):
    """A page of notes, those made last first."""

    notes: list[Note]
    next_cursor: str | None


class Task(Output):
    """A task. `profile_id` is the customer that it is about."""

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
    """A page of tasks."""

    tasks: list[Task]
    next_cursor: str | None
