"""Views of notes and tasks."""

from typing import TypedDict


class NoteView(TypedDict):
    """A note. `profile_id` is the id of the customer."""

    id: str
    profile_id: str
    text: str
    author: str
    author_name: str | None
    created_at: str
    updated_at: str
    version: int


class NotesView(TypedDict):
    """A page of notes, those created last first."""

    notes: list[NoteView]
    next_cursor: str | None


class TaskView(TypedDict):
    """A task. `profile_id` is the id of the customer."""

    id: str
    profile_id: str
    name: str
    description: str | None
    status: str
    priority: str
    assignee: str | None
    due: str | None
    created_at: str
    updated_at: str
    version: int


class TasksView(TypedDict):
    """A page of tasks, those created last first."""

    tasks: list[TaskView]
    next_cursor: str | None


class FoundTaskView(TaskView):
    """A task in the list of the tasks of all customers, with what the customer is called."""

    profile_name: str | None


class FoundTasksView(TypedDict):
    """A page of the tasks of all customers, by assignee and due date."""

    tasks: list[FoundTaskView]
    next_cursor: str | None


class AssigneeView(TypedDict):
    """A user with assigned tasks."""

    name: str


class AssigneesView(TypedDict):
    """A page of the users with assigned tasks."""

    assignees: list[AssigneeView]
    next_cursor: str | None
