"""Start exports, list them, and link to their files."""

from collections.abc import Sequence

from crm.domain.api_key import Principal
from crm.domain.errors import NotFoundError
from crm.domain.exports.columns import checked_columns
from crm.domain.job import EXPORT, Job
from crm.domain.retention import EXPORTED_FILES_DAYS
from crm.domain.times import DAY_MS, iso
from crm.domain.views.exports import ExportFileView
from crm.services.definitions import attributes
from crm.services.exports.files import file_key, file_name
from crm.services.jobs import jobs
from crm.services.jobs.jobs import JobPosition
from crm.services.selections import selections
from crm.services.selections.selection_walk import Selection
from crm.settings import settings
from crm.storage import bucket


def start(selection: Selection, *, format: str, columns: Sequence[str], by: Principal, now: int) -> Job:
    """Export the customers of a selection (`crm.services.selections.selections.read_selection`) and return the job.

    Without `columns`, all. Raises InvalidInputError for unknown columns.
    """
    custom_types = settings().custom_identity_types
    checked = checked_columns(columns, attributes.definitions(), custom_types)
    return selections.start(EXPORT, selection, {"format": format, "columns": checked}, by=by, now=now)


def get(job_id: str, viewer: Principal) -> Job:
    """Return an export's job. Raises NotFoundError, also for a job of another kind."""
    job = jobs.get(job_id, viewer)
    if job.kind != EXPORT:
        raise NotFoundError(f"there is no export {job_id}")
    return job


def list_exports(
    viewer: Principal, *, state: str | None, limit: int, cursor: JobPosition | None
) -> tuple[list[Job], JobPosition | None]:
    """Return a page of exports, newest first, and where the next begins. It may be short when few jobs are exports."""
    return jobs.list_jobs(viewer, kind=EXPORT, state=state, limit=limit, cursor=cursor)


def file_of(job: Job, *, now: int) -> ExportFileView | None:
    """Return the model `ExportFile` of a finished job, with a new link while the file is kept. `now` in ms."""
    if job.result is None or job.finished_at is None:
        return None
    expires_at = job.finished_at + EXPORTED_FILES_DAYS * DAY_MS
    left_s = (expires_at - now) // 1000
    return {
        "name": file_name(job),
        "format": job.subject["format"],
        "bytes": job.result["bytes"],
        "rows": job.result["rows"],
        "columns": job.result["columns"],
        "url": bucket.link_to(file_key(job), min(bucket.LINK_S, left_s)) if left_s > 0 else None,
        "expires_at": iso(expires_at),
    }
