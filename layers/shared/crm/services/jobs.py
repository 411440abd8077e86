"""Jobs: started once however often they are asked for, done by whoever takes their message, told of to people."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from crm.domain.api_key import Principal
from crm.domain.errors import NotFoundError
from crm.domain.job import DONE, FAILED, QUEUED, STATES, Job, failed, job_view
from crm.observability import count, log
from crm.storage import job_queue
from crm.storage import jobs as storage

MAX_READ = 1000
"""Jobs that one request reads where few are of the kind that is asked for; then it answers what it has."""

_AT_ONCE = 100

Position = dict[str, Any]


class TimeIsUpError(Exception):
    """This process must end before everything is done: the next one goes on."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`now` is the instant, epoch ms; `remaining` how long this process may go on, ms."""

    now: Callable[[], int]
    remaining: Callable[[], int]


Runner = Callable[[Job, Pace], int | None]
"""Does a job, or a part of it: returns in how many seconds it goes on, None when it is done. It saves the job itself.

Everything that it does may be done twice, and it may die anywhere.
"""


def start(job: Job) -> dict[str, Any]:
    """Have it done. The same job asked for again is the job that there is; one that was given up begins again."""
    held = storage.create(job)
    if held.state == FAILED:
        held = storage.save(replace(held, state=QUEUED, error=None, finished_at=None))
    if held.state == QUEUED:
        # Also where it waited already: whoever asked for it first may have died before this line.
        job_queue.send(held.id)
    return job_view(held)


def run(job_id: str, runners: Mapping[str, Runner], pace: Pace, *, last_time: bool) -> None:
    """Let a job go on. `last_time`: if it fails now, it will not be tried again, and says so.

    Raises whatever goes wrong on the way: the message must come again.
    """
    job = storage.find([job_id]).get(job_id)
    if job is None or job.state == DONE:
        return
    try:
        again = runners[job.kind](job, pace)
    except Exception as error:
        log.exception("job failed", extra={"job_id": job_id, "kind": job.kind})
        count("JobFailed", kind=job.kind)
        if last_time:
            _give_up(job_id, pace.now(), error)
        raise
    if again is not None:
        job_queue.send(job_id, delay_s=again)


def _give_up(job_id: str, now: int, error: Exception) -> None:
    job = storage.find([job_id])[job_id]
    # The message of an exception can quote what a customer typed: only its type and its place are told.
    place = traceback.extract_tb(error.__traceback__)[-1].name
    storage.save(failed(job, now, {"code": "unexpected", "message": f"{type(error).__name__} in {place}"}))


def find(job_id: str, viewer: Principal) -> dict[str, Any]:
    """The job. Raises NotFoundError, also when the viewer is limited to classes and has not started it."""
    job = storage.find([job_id]).get(job_id)
    if job is None or not _is_shown(job, viewer):
        raise NotFoundError(f"there is no job {job_id}")
    return job_view(job)


def list_jobs(
    viewer: Principal, *, kind: str | None, state: str | None, limit: int, cursor: Position | None
) -> tuple[list[dict[str, Any]], Position | None]:
    """A page of jobs, newest first, and where the next one begins. It can be short where few are shown."""
    entries = storage.newest_first((state,) if state else STATES, cursor["place"] if cursor else None)
    looked_at = _looked_at(entries)
    page: list[Job] = []
    last: str | None = None
    for place, job in islice(looked_at, MAX_READ):
        last = place
        if job and kind in {None, job.kind} and state in {None, job.state} and _is_shown(job, viewer):
            page.append(job)
        if len(page) == limit:
            break
    more = last is not None and next(looked_at, None) is not None
    return [job_view(job) for job in page], {"place": last} if more else None


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
