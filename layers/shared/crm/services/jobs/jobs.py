"""Jobs: start each once however often it is requested, run it by messages, and show its progress."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from crm.domain.api_key import Principal
from crm.domain.errors import ItemTooLargeError, NotFoundError
from crm.domain.job import (
    CANCELLED,
    DONE,
    FAILED,
    JOB_STATES,
    MAX_NAMED,
    QUEUED,
    RUNNING,
    UNFINISHED,
    Job,
    cancelled,
    failed,
    job_view,
    requeue,
)
from crm.domain.stuck import UNEXPECTED
from crm.domain.views.jobs import JobErrorView, JobView
from crm.observability import count_metric, log
from crm.services.jobs import staged_job
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.staged_job import StagedJob
from crm.storage import job_queue
from crm.storage import jobs as storage
from crm.storage.retry_on_conflict import retry_on_conflict

_MAX_READ = 1000
"""Jobs that one request reads when few match; then it returns what it has found."""

_AT_ONCE = 100
_ATTEMPTS = 5
"""Attempts to cancel a running job, which each of its stages stores again."""

JobPosition = dict[str, Any]


Kinds = Mapping[str, StagedJob]
"""How jobs are done, by kind."""


def start(job: Job) -> JobView:
    """Start a job. A repeated request returns the existing job; one that was given up starts again."""
    held = storage.create(job)
    if held.state == FAILED:
        held = storage.save(requeue(held, job.created_at))
    if held.state == QUEUED:
        # Also if it is queued already: the first requester may have failed before this line.
        job_queue.send(held.id)
    return job_view(held)


def run(
    job_id: str,
    kinds: Kinds,
    deadline: Deadline,
    *,
    part: tuple[str, int] | None = None,
    last_time: bool,
) -> None:
    """Continue a job, or do one `part` (step and number). `last_time`: a failure now is final.

    Raises any error of the part: the message must be delivered again. A job that can never be stored is
    given up at once.
    """
    job = storage.find([job_id]).get(job_id)
    if job is None:
        return
    way = kinds[job.kind]
    try:
        if _is_over(job):
            staged_job.clean_up(job.id)  # the process that ended it may have failed before this
        elif part:
            staged_job.do_part(job, way, *part, deadline)
        else:
            staged_job.resume(job, way, deadline)
    except Exception as error:
        log.exception("job failed", extra={"job_id": job_id, "kind": job.kind, "part": part})
        count_metric("JobFailed", kind=job.kind)
        hopeless = isinstance(error, ItemTooLargeError)
        failure = _failure_of(error, part)
        if last_time or hopeless:
            _give_up(job_id, deadline.now(), failure, getattr(error, "profile_ids", ()))
        else:
            _note_failure(job_id, failure, deadline.now())
        if not hopeless:
            raise


def _note_failure(job_id: str, failure: JobErrorView, now: int) -> None:
    try:
        staged_job.note_failure(job_id, failure, now)
    except Exception:
        # The table itself may fail: the attempt is repeated anyway.
        log.exception("a failure could not be recorded", extra={"job_id": job_id})


def is_left_undone(
    job_id: str,
    kinds: Kinds,
    deadline: Deadline,
    *,
    part: tuple[str, int] | None,
) -> bool:
    """Decide whether the last attempt at a job, or at one part of it, never ended; then give the job up.

    Its process failed, or AWS was unreachable while it was given up.
    """
    job = storage.find([job_id]).get(job_id)
    if job is None or _is_over(job):
        return False
    if part and (job.step != part[0] or staged_job.is_done(job_id, *part)):
        return False
    if job.state != FAILED:
        reason = f"its process ended without a result{_place_of(part)}: it ran out of time or memory"
        log.error("job died", extra={"job_id": job_id, "kind": job.kind, "part": part})
        _give_up(job_id, deadline.now(), {"code": "interrupted", "message": reason})
    return True


def _is_over(job: Job) -> bool:
    """Return whether the job is over. One that was given up continues with its message, unless it was refused."""
    return job.state in {DONE, CANCELLED} or job.refused


def _give_up(job_id: str, now: int, failure: JobErrorView, culprits: Sequence[str] = ()) -> None:
    job = staged_job.as_of_now(storage.find([job_id])[job_id])
    named = list(dict.fromkeys([*job.failed_ids, *culprits]))[:MAX_NAMED]
    storage.save(replace(failed(job, now, failure), failed_ids=named))


def _failure_of(error: Exception, part: tuple[str, int] | None) -> JobErrorView:
    """Return the model `JobError`."""
    if isinstance(error, ItemTooLargeError):
        return {"code": error.code, "message": error.message + _place_of(part)}
    # An exception's message can quote a customer's input: report only its type and place.
    place = traceback.extract_tb(error.__traceback__)[-1].name
    return {"code": UNEXPECTED, "message": f"{type(error).__name__} in {place}{_place_of(part)}"}


def _place_of(part: tuple[str, int] | None) -> str:
    return f" (part {part[1]} of {part[0]})" if part else ""


def get(job_id: str, viewer: Principal) -> Job:
    """Return the current job. Raises NotFoundError, also for a key limited to classes that has not started it."""
    return _shown(_find(job_id, viewer), viewer)


def _find(job_id: str, viewer: Principal) -> Job:
    job = storage.find([job_id]).get(job_id)
    if job is None or not _is_shown(job, viewer):
        raise NotFoundError(f"there is no job {job_id}")
    return _with_progress(job)


def cancel(job_id: str, viewer: Principal, *, now: int) -> JobView:
    """Cancel the job; what was done stays.

    Raises NotFoundError, ConflictError, and VersionConflictError when the job advances at each attempt.
    """
    return retry_on_conflict(lambda: _cancel(job_id, viewer, now), attempts=_ATTEMPTS)


def _cancel(job_id: str, viewer: Principal, now: int) -> JobView:
    return job_view(_shown(storage.save(cancelled(_find(job_id, viewer), now)), viewer))


def retry(job_id: str, viewer: Principal, *, now: int) -> JobView:
    """Continue a job that was given up where it stopped. Raises NotFoundError, ConflictError."""
    job = storage.save(requeue(_find(job_id, viewer), now))
    job_queue.send(job.id)
    return job_view(_shown(job, viewer))


def _with_progress(job: Job) -> Job:
    if job.state not in UNFINISHED:
        return job
    current = replace(job, last_failure=staged_job.last_failure(job.id))
    return staged_job.as_of_now(current) if job.state == RUNNING and job.step else current


def _shown(job: Job, viewer: Principal) -> Job:
    """Return the job without the profiles it names if the viewer is limited to classes."""
    return job if viewer.classes is None else replace(job, failed_ids=[])


def list_jobs(
    viewer: Principal, *, kind: str | None, state: str | None, limit: int, cursor: JobPosition | None
) -> tuple[list[Job], JobPosition | None]:
    """Return a page of jobs, newest first, and where the next begins. It may be short when few are shown."""
    entries = storage.newest_first((state,) if state else JOB_STATES, cursor["place"] if cursor else None)
    examined = _examined(entries)
    page: list[Job] = []
    last: str | None = None
    for place, job in islice(examined, _MAX_READ):
        last = place
        if job and kind in {None, job.kind} and state in {None, job.state} and _is_shown(job, viewer):
            page.append(_shown(_with_progress(job), viewer))
        if len(page) == limit:
            break
    more = last is not None and next(examined, None) is not None
    return page, {"place": last} if more else None


def _examined(entries: Iterator[tuple[str, str]]) -> Iterator[tuple[str, Job | None]]:
    """Yield each place once: a job whose state changes while the index is read appears in it twice."""
    last = None
    while chunk := list(islice(entries, _AT_ONCE)):
        jobs = storage.find([id_ for _, id_ in chunk])
        for place, id_ in chunk:
            if place != last:
                yield place, jobs.get(id_)
            last = place


def _is_shown(job: Job, viewer: Principal) -> bool:
    return viewer.classes is None or job.started_by == viewer.id
