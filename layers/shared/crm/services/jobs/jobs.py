"""Jobs: started once however often they are asked for, done by whoever takes their message, told of to people."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from crm.domain.api_key import Principal
from crm.domain.errors import NotFoundError
from crm.domain.job import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    STATES,
    Job,
    again,
    cancelled,
    failed,
    job_view,
)
from crm.observability import count, log
from crm.services.jobs import job_parts
from crm.services.jobs.job_parts import InParts
from crm.services.jobs.pace import Pace
from crm.storage import job_queue
from crm.storage import jobs as storage

MAX_READ = 1000
"""Jobs that one request reads where few are of the kind that is asked for; then it answers what it has."""

_AT_ONCE = 100

Position = dict[str, Any]


Runner = Callable[[Job, Pace], int | None]
"""Does a job, or a part of it: returns in how many seconds it goes on, None when it is done. It saves the job itself.

Everything that it does may be done twice, and it may die anywhere.
"""


def start(job: Job) -> dict[str, Any]:
    """Have it done. The same job asked for again is the job that there is; one that was given up begins again."""
    held = storage.create(job)
    if held.state == FAILED:
        held = storage.save(again(held, job.created_at))
    if held.state == QUEUED:
        # Also where it waited already: whoever asked for it first may have died before this line.
        job_queue.send(held.id)
    return job_view(held)


def run(
    job_id: str,
    runners: Mapping[str, Runner | InParts],
    pace: Pace,
    *,
    part: tuple[str, int] | None = None,
    last_time: bool,
) -> None:
    """Let a job go on, or do one `part` (step and number). `last_time`: if it fails now, it will not be tried again.

    Raises whatever goes wrong on the way: the message must come again.
    """
    job = storage.find([job_id]).get(job_id)
    if job is None:
        return
    way = runners[job.kind]
    try:
        if not _is_over(job, way):
            _go_on(job, way, part, pace)
        elif isinstance(way, InParts):
            job_parts.clean_up(job.id)  # whoever ended it may have died before this
    except Exception as error:
        log.exception("job failed", extra={"job_id": job_id, "kind": job.kind})
        count("JobFailed", kind=job.kind)
        if last_time:
            _give_up(job_id, pace.now(), error)
        raise


def _go_on(job: Job, way: Runner | InParts, part: tuple[str, int] | None, pace: Pace) -> None:
    if isinstance(way, InParts):
        if part:
            job_parts.do_part(job, way, *part, pace)
        else:
            job_parts.go_on(job, way, pace)
        return
    again_in = way(job, pace)
    if again_in is not None:
        job_queue.send(job.id, delay_s=again_in)


def _is_over(job: Job, way: Runner | InParts) -> bool:
    """One that was given up on the way goes on when its message comes once more; one that was refused does not."""
    return job.state in {DONE, CANCELLED} or (
        job.state == FAILED and isinstance(way, InParts) and job.step is None
    )


def _give_up(job_id: str, now: int, error: Exception) -> None:
    job = job_parts.as_of_now(storage.find([job_id])[job_id])
    # The message of an exception can quote what a customer typed: only its type and its place are told.
    place = traceback.extract_tb(error.__traceback__)[-1].name
    storage.save(failed(job, now, {"code": "unexpected", "message": f"{type(error).__name__} in {place}"}))


def get(job_id: str, viewer: Principal) -> Job:
    """The job as of now. Raises NotFoundError, also when the viewer is limited to classes and has not started it."""
    job = storage.find([job_id]).get(job_id)
    if job is None or not _is_shown(job, viewer):
        raise NotFoundError(f"there is no job {job_id}")
    return _as_of_now(job)


def cancel(job_id: str, viewer: Principal, *, now: int) -> dict[str, Any]:
    """End it before its time; what was done stays. Raises NotFoundError, ConflictError."""
    return job_view(storage.save(cancelled(get(job_id, viewer), now)))


def retry(job_id: str, viewer: Principal, *, now: int) -> dict[str, Any]:
    """Let one that was given up go on where it was. Raises NotFoundError, ConflictError."""
    job = storage.save(again(get(job_id, viewer), now))
    job_queue.send(job.id)
    return job_view(job)


def _as_of_now(job: Job) -> Job:
    return job_parts.as_of_now(job) if job.state == RUNNING and job.parts else job


def list_jobs(
    viewer: Principal, *, kind: str | None, state: str | None, limit: int, cursor: Position | None
) -> tuple[list[Job], Position | None]:
    """A page of jobs, newest first, and where the next one begins. It can be short where few are shown."""
    entries = storage.newest_first((state,) if state else STATES, cursor["place"] if cursor else None)
    looked_at = _looked_at(entries)
    page: list[Job] = []
    last: str | None = None
    for place, job in islice(looked_at, MAX_READ):
        last = place
        if job and kind in {None, job.kind} and state in {None, job.state} and _is_shown(job, viewer):
            page.append(_as_of_now(job))
        if len(page) == limit:
            break
    more = last is not None and next(looked_at, None) is not None
    return page, {"place": last} if more else None


def _looked_at(entries: Iterator[tuple[str, str]]) -> Iterator[tuple[str, Job | None]]:
    """Each place once: a job whose state changes while the index is read stands in it twice."""
    last = None
    while chunk := list(islice(entries, _AT_ONCE)):
        jobs = storage.find([id_ for _, id_ in chunk])
        for place, id_ in chunk:
            if place != last:
                yield place, jobs.get(id_)
            last = place


def _is_shown(job: Job, viewer: Principal) -> bool:
    return viewer.classes is None or job.started_by == viewer.id
