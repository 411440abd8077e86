"""Manage notes and tasks on customers."""

from typing import Any

from crm.api.queries import PageQuery, TaskQuery
from crm.api.views.work import work_view
from crm.domain.commands.work import NewNote, NewTask, NoteChanges, TaskChanges
from crm.domain.notes_and_tasks import NOTE, TASK
from crm.http import Request, serve
from crm.services.editing import notes_and_tasks, task_list
from crm.services.editing.notes_and_tasks import Shown

_Page = tuple[list[Shown], dict[str, Any] | None]


def create_note(request: Request) -> dict[str, Any]:
    return _add(NOTE, request.body(NewNote), request)


def list_notes(request: Request) -> dict[str, Any]:
    return _page(
        "notes",
        request,
        notes_and_tasks.listed(NOTE, request.path["id"], request.principal, **request.query(PageQuery)),
    )


def update_note(request: Request) -> dict[str, Any]:
    return _change(NOTE, request.body(NoteChanges), request)


def delete_note(request: Request) -> None:
    _delete(NOTE, request)


def create_task(request: Request) -> dict[str, Any]:
    return _add(TASK, request.body(NewTask), request)


def list_tasks(request: Request) -> dict[str, Any]:
    return _page(
        "tasks",
        request,
        notes_and_tasks.listed(TASK, request.path["id"], request.principal, **request.query(TaskQuery)),
    )


def update_task(request: Request) -> dict[str, Any]:
    return _change(TASK, request.body(TaskChanges), request)


def delete_task(request: Request) -> None:
    _delete(TASK, request)


def find_tasks(request: Request) -> dict[str, Any]:
    return _page("tasks", request, task_list.tasks(request.principal, **request.query(TaskQuery)))


def _add(kind: str, new: NewNote | NewTask, request: Request) -> dict[str, Any]:
    added = notes_and_tasks.add(kind, request.path["id"], new, by=request.principal, now=request.now)
    return work_view(*added)


def _change(kind: str, changes: NoteChanges | TaskChanges, request: Request) -> dict[str, Any]:
    return work_view(*notes_and_tasks.change(kind, *_path(kind, request), changes, **request.edit_context))


def _delete(kind: str, request: Request) -> None:
    notes_and_tasks.delete(kind, *_path(kind, request), **request.edit_context)


def _path(kind: str, request: Request) -> tuple[str, str]:
    return request.path["id"], request.path[f"{kind}_id"]


def _page(name: str, request: Request, page: _Page) -> dict[str, Any]:
    shown, position = page
    return {name: [work_view(*one) for one in shown], "next_cursor": request.next_cursor(position)}


handler = serve(
    "work_on_profiles",
    create_note,
    list_notes,
    update_note,
    delete_note,
    create_task,
    list_tasks,
    update_task,
    delete_task,
    find_tasks,
)
