"""Build the responses for notes and tasks."""

from typing import Any

from crm.domain.notes_and_tasks import Work, fields_of
from crm.domain.times import iso


def work_view(profile_id: str, work: Work) -> dict[str, Any]:
    """Build the models `Note` and `Task`; `profile_id` is the id under which the customer is shown."""
    return {
        "id": work["id"],
        "profile_id": profile_id,
        **fields_of(work),
        "created_at": iso(work["created_at"]),
        "updated_at": iso(work["updated_at"]),
        "version": work["version"],
    }
