"""Manage notes and tasks on customers."""

from crm.api.queries import PageQuery, TaskQuery
from crm.api.views.work import note_view, task_view
from crm.domain.commands.work import NewNote, NewTask, NoteChanges, TaskChanges
from crm.domain.notes_and_tasks import NOTE, TASK
from crm.domain.views.work import (
    AssigneesView,
    FoundTasksView,
    FoundTaskView,
    NotesView,
    NoteView,
    TasksView,
    TaskView,
)
from crm.http import Request, serve
from crm.services.editing import notes_and_tasks, task_list
from crm.services.editing.notes_and_tasks import ShownWork
from crm.services.profiles.source_names import source_names


def create_note(request: Request) -> NoteView:
    return _note_views([_add(NOTE, request.body(NewNote), request)])[0]


def list_notes(request: Request) -> NotesView:
    query = request.query(PageQuery)
    page, position = notes_and_tasks.list_page(NOTE, request.path["id"], request.principal, **query)
    return {"notes": _note_views(page), "next_cursor": request.next_cursor(position)}


def update_note(request: Request) -> NoteView:
    return _note_views([_change(NOTE, request.body(NoteChanges), request)])[0]


def delete_note(request: Request) -> None:
    _delete(NOTE, request)


def create_task(request: Request) -> TaskView:
    return task_view(*_add(TASK, request.body(NewTask), request))


def list_tasks(request: Request) -> TasksView:
    query = request.query(TaskQuery)
    page, position = notes_and_tasks.list_page(TASK, request.path["id"], request.principal, **query)
    return {"tasks": [task_view(*task) for task in page], "next_cursor": request.next_cursor(position)}


def update_task(request: Request) -> TaskView:
    return task_view(*_change(TASK, request.body(TaskChanges), request))


def delete_task(request: Request) -> None:
    _delete(TASK, request)


def find_tasks(request: Request) -> FoundTasksView:
    page, position = task_list.tasks(request.principal, **request.query(TaskQuery))
    tasks: list[FoundTaskView] = [{**task_view(*task), "profile_name": name} for task, name in page]
    return {"tasks": tasks, "next_cursor": request.next_cursor(position)}


def list_assignees(request: Request) -> AssigneesView:
    names, position = task_list.assignees(request.principal, **request.query(PageQuery))
    return {"assignees": [{"name": name} for name in names], "next_cursor": request.next_cursor(position)}


def _note_views(notes: list[ShownWork]) -> list[NoteView]:
    names = source_names(note.work["author"] for note in notes)
    return [note_view(*note, names.get(note.work["author"])) for note in notes]


def _add(kind: str, new: NewNote | NewTask, request: Request) -> ShownWork:
    return notes_and_tasks.add(kind, request.path["id"], new, by=request.principal, now=request.now)


def _change(kind: str, changes: NoteChanges | TaskChanges, request: Request) -> ShownWork:
    return notes_and_tasks.change(kind, *_path(kind, request), changes, **request.edit_context)


def _delete(kind: str, request: Request) -> None:
    notes_and_tasks.delete(kind, *_path(kind, request), **request.edit_context)


def _path(kind: str, request: Request) -> tuple[str, str]:
    return request.path["id"], request.path[f"{kind}_id"]


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
    list_assignees,
)
