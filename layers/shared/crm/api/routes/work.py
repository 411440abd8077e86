"""Notes and tasks on customers."""

from dataclasses import replace
from functools import partial

from crm.api import parameters as query
from crm.api.parameters import Parameter
from crm.api.route import Route
from crm.domain.notes_and_tasks import MAX_WORK_NAME_LENGTH, STATUSES


def _status(text: str) -> str:
    if text not in STATUSES:
        raise ValueError(f"must be one of {', '.join(STATUSES)}")
    return text


def _user(text: str) -> str:
    return " ".join(text.split())[:MAX_WORK_NAME_LENGTH]


STATUS = Parameter(
    name="status",
    keyword="status",
    description="Only tasks of this status.",
    schema={"type": "string", "enum": [*STATUSES]},
    parse=_status,
)
_UNFINISHED = replace(STATUS, description="Only tasks of this status; open and in-progress tasks by default.")
ASSIGNEE = Parameter(
    name="assignee",
    keyword="assignee",
    description="Only tasks assigned to this user.",
    schema={"type": "string"},
    parse=_user,
)

_MAX_ASSIGNEES = 200
_ASSIGNEES = replace(
    query.LIMIT,
    description="Maximum number of results.",
    schema={"type": "integer", "minimum": 1, "maximum": _MAX_ASSIGNEES, "default": _MAX_ASSIGNEES},
    parse=query.whole_number(1, _MAX_ASSIGNEES),
    default=_MAX_ASSIGNEES,
)

_work = partial(Route, function="work_on_profiles", limited=True)
_read = partial(_work, access="profiles:read")
_write = partial(_work, access="profiles:write", brief=("id",), etag=True, personal=True, errors=(404,))
_away = partial(_write, status=204)

ROUTES: tuple[Route, ...] = (
    _write(
        "POST /v1/profiles/{id}/notes",
        "create_note",
        summary="Write a note on a customer",
        request="work.NewNote",
        response="work.Note",
        status=201,
    ),
    _read(
        "GET /v1/profiles/{id}/notes",
        "list_notes",
        summary="List the notes on a customer, those created last first",
        response="work.Notes",
        query=(query.LIMIT, query.CURSOR),
        errors=(404,),
    ),
    _write(
        "PATCH /v1/profiles/{id}/notes/{note_id}",
        "update_note",
        summary="Update the given fields of a note",
        request="work.NoteChanges",
        response="work.Note",
        errors=(404, 409),
    ),
    _away(
        "DELETE /v1/profiles/{id}/notes/{note_id}",
        "delete_note",
        summary="Delete a note; the timeline keeps that it was written",
        errors=(404, 409),
    ),
    _write(
        "POST /v1/profiles/{id}/tasks",
        "create_task",
        summary="Create a task for a customer",
        request="work.NewTask",
        response="work.Task",
        status=201,
    ),
    _read(
        "GET /v1/profiles/{id}/tasks",
        "list_tasks",
        summary="List the tasks for a customer, those created last first",
        response="work.Tasks",
        query=(STATUS, ASSIGNEE, query.LIMIT, query.CURSOR),
        errors=(404,),
    ),
    _write(
        "PATCH /v1/profiles/{id}/tasks/{task_id}",
        "update_task",
        summary="Update the given fields of a task",
        request="work.TaskChanges",
        response="work.Task",
        errors=(404, 409),
    ),
    _away(
        "DELETE /v1/profiles/{id}/tasks/{task_id}",
        "delete_task",
        summary="Delete a task; the timeline keeps what it was",
        errors=(404, 409),
    ),
    _read(
        "GET /v1/tasks",
        "find_tasks",
        summary="List the tasks for all customers by assignee (unassigned first) and due date",
        response="work.FoundTasks",
        query=(_UNFINISHED, ASSIGNEE, query.LIMIT, query.CURSOR),
    ),
    _read(
        "GET /v1/assignees",
        "list_assignees",
        summary="List the users with assigned tasks",
        response="work.Assignees",
        query=(_ASSIGNEES, query.CURSOR),
    ),
)
