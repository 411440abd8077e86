"""Build the responses for notes and tasks."""

from crm.domain.times import iso
from crm.domain.views.work import NoteView, TaskView
from crm.domain.work_fields import Work


def note_view(profile_id: str, work: Work, author_name: str | None) -> NoteView:
    """Build the model `Note`; `profile_id` is the id under which the customer is shown."""
    return {
        "id": work["id"],
        "profile_id": profile_id,
        "text": work["text"],
        "author": work["author"],
        "author_name": author_name,
        "created_at": iso(work["created_at"]),
        "updated_at": iso(work["updated_at"]),
        "version": work["version"],
    }


def task_view(profile_id: str, work: Work) -> TaskView:
    """Build the model `Task`; `profile_id` as in `note_view`."""
    return {
        "id": work["id"],
        "profile_id": profile_id,
        "name": work["name"],
        "description": work["description"],
        "status": work["status"],
        "priority": work["priority"],
        "assignee": work["assignee"],
        "due": work["due"],
        "created_at": iso(work["created_at"]),
        "updated_at": iso(work["updated_at"]),
        "version": work["version"],
    }
