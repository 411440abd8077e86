"""Files that contain a person, or may: dropped files, the reports on their rejected rows, and exports.

Their content is not searched: it is of any size, and of many people. They are listed by their jobs, which contain
details (`GET /v1/imports/{id}`, `GET /v1/exports/{id}`), with the time of their deletion.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from crm.domain.activity import Activity
from crm.domain.api_key import SYSTEM
from crm.domain.job import DONE, EXPORT, IMPORT, Job
from crm.domain.profile import ProfileState
from crm.domain.retention import EXPORTED_FILES_DAYS, IMPORTED_FILES_DAYS
from crm.domain.times import DAY_MS, iso
from crm.domain.views.privacy import HeldFileView
from crm.services.jobs import jobs

MAX_JOBS = 2_000
"""Jobs that are examined, the newest."""

_YES, POSSIBLY = "yes", "possibly"
TOO_MANY_JOBS = "too_many_jobs"
_NOT_SEARCHED = {"dropped": "dropped_files_not_searched", "report": "reports_not_searched"}
_EXPORTS = "exports_not_searched"
_SOURCE = "import:"
_PAGE = 200


class _File(NamedTuple):
    """A file of a job. `expires_at` in epoch ms."""

    kind: str
    job: str
    holds_person: str
    expires_at: int


def import_of(activity: Activity) -> str | None:
    """Return the id of the import that an activity comes from, None if there is none."""
    source = activity.source_id
    return source.removeprefix(_SOURCE) if source.startswith(_SOURCE) else None


def referencing_files(
    members: Sequence[ProfileState], imported_by: Collection[str], now: int
) -> tuple[list[HeldFileView], list[str]]:
    """Return the files that still exist, newest first, and why the list or its details may be incomplete.

    `imported_by`: ids of the imports that this person's logs name. `now` in epoch ms.
    """
    known_since = min((m.first_seen for m in members if m.first_seen is not None), default=0)
    recent, complete = _recent_jobs(now)
    found = [file for job in recent for file in _files_of(job, imported_by, known_since)]
    kept = [file for file in found if file.expires_at > now]
    unsure = {_reason(file) for file in kept if file.holds_person == POSSIBLY}
    shown: list[HeldFileView] = [
        {
            "kind": file.kind,
            "job": file.job,
            "holds_person": file.holds_person,
            "expires_at": iso(file.expires_at),
        }
        for file in kept
    ]
    return shown, sorted(unsure | (set() if complete else {TOO_MANY_JOBS}))


def _recent_jobs(now: int) -> tuple[list[Job], bool]:
    """Return the jobs whose files may still exist, and whether these are all."""
    found: list[Job] = []
    cursor, looked_at = None, 0
    while looked_at < MAX_JOBS:
        page, cursor = jobs.list_jobs(SYSTEM, kind=None, state=None, limit=_PAGE, cursor=cursor)
        looked_at += len(page)
        found += page
        if cursor is None or (page and page[-1].created_at + _longest_kept(page[-1]) < now):
            return found, True
    return found, False


def _longest_kept(job: Job) -> int:
    """Return the longest time that a job's file exists: its own duration, and then the retention of a file."""
    return IMPORTED_FILES_DAYS * DAY_MS + (job.finished_at or job.created_at) - job.created_at


def _files_of(job: Job, imported_by: Collection[str], known_since: int) -> Iterator[_File]:
    result, ended_at = job.result or {}, job.finished_at or job.created_at
    if job.kind == IMPORT:
        holds = _YES if job.id in imported_by else POSSIBLY
        yield _File("dropped", job.id, holds, job.created_at + IMPORTED_FILES_DAYS * DAY_MS)
        if result.get("report"):
            yield _File("report", job.id, POSSIBLY, ended_at + IMPORTED_FILES_DAYS * DAY_MS)
    elif job.kind == EXPORT and job.state == DONE and ended_at >= known_since:
        yield _File("export", job.id, POSSIBLY, ended_at + EXPORTED_FILES_DAYS * DAY_MS)


def _reason(file: _File) -> str:
    return _NOT_SEARCHED.get(file.kind, _EXPORTS)
