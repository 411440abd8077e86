"""Jobs: started once however often they are asked for, done by whoever takes their message, told of to people."""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from crm.domain.api_key import Principal
from crm.domain.errors import ItemTooLargeError, NotFoundError, VersionConflictError
from crm.domain.job import (
    CANCELLED,
    DONE,
    FAILED,
    MOST_NAMED,
    QUEUED,
    RUNNING,
    STATES,
    UNFINISHED,
    Job,
    again,
    cancelled,
    failed,
    job_view,
)
from crm.domain.stuck import UNEXPECTED
from crm.observability import count, log
from crm.services.jobs import job_parts
from crm.services.jobs.job_parts import InParts
from crm.services.jobs.pace import Pace
from crm.storage import job_queue
from crm.storage import jobs as storage

MAX_READ = 1000
"""Jobs that one request reads where few are of the kind that is asked for; then it answers what it has."""

_AT_ONCE = 100
_ATTEMPTS = 5
"""At cancelling a job that is under way: each of its stages stores it anew."""

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

    Raises whatever goes wrong on the way: the message must come again. What can never be stored is given up at once.
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
        log.exception("job failed", extra={"job_id": job_id, "kind": job.kind, "part": part})
        count("JobFailed", kind=job.kind)
        hopeless = isinstance(error, ItemTooLargeError)
        told = _told(error, part)
        if last_time or hopeless:
            _give_up(job_id, pace.now(), told, getattr(error, "profile_ids", ()))
        elif isinstance(way, InParts):
            _note_failure(job_id, told, pace.now())
        if not hopeless:
            raise


def _note_failure(job_id: str, told: dict[str, str], now: int) -> None:
    try:
        job_parts.note_failure(job_id, told, now)
    except Exception:
        # The table may be what fails: the attempt is repeated all the same.
        log.exception("a failure could not be noted", extra={"job_id": job_id})


def is_left_undone(
    job_id: str, runners: Mapping[str, Runner | InParts], pace: Pace, *, part: tuple[str, int] | None
) -> bool:
    """Whether the last attempt at a job, or at one part of it, came to no end; then the job is given up.

    Its process died, or AWS was not to be reached while it was given up.
    """
    job = storage.find([job_id]).get(job_id)
    if job is None or _is_over(job, runners[job.kind]):
        return False
    if part and (job.step != part[0] or job_parts.is_done(job_id, *part)):
        return False
    if job.state != FAILED:
        told = f"its process ended without an answer{_place_of(part)}: out of time or of memory"
        log.error("job died", extra={"job_id": job_id, "kind": job.kind, "part": part})
        _give_up(job_id, pace.now(), {"code": "interrupted", "message": told})
    return True


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


def _give_up(job_id: str, now: int, told: dict[str, str], culprits: Sequence[str] = ()) -> None:
    job = job_parts.as_of_now(storage.find([job_id])[job_id])
    named = list(dict.fromkeys([*job.failed_ids, *culprits]))[:MOST_NAMED]
    storage.save(replace(failed(job, now, told), failed_ids=named))


def _told(error: Exception, part: tuple[str, int] | None) -> dict[str, str]:
    """The model `JobError`."""
    if isinstance(error, ItemTooLargeError):
        return {"code": error.code, "message": error.message + _place_of(part)}
    # The message of an exception can quote what a customer typed: only its type and its place are told.
    place = traceback.extract_tb(error.__traceback__)[-1].name
    return {"code": UNEXPECTED, "message": f"{type(error).__name__} in {place}{_place_of(part)}"}


def _place_of(part: tuple[str, int] | None) -> str:
    return f" (part {part[1]} of {part[0]})" if part else ""


def get(job_id: str, viewer: Principal) -> Job:
    """The job as of now. Raises NotFoundError, also when the viewer is limited to classes and has not started it."""
    return _shown(_find(job_id, viewer), viewer)


def _find(job_id: str, viewer: Principal) -> Job:
    job = storage.find([job_id]).get(job_id)
    if job is None or not _is_shown(job, viewer):
        raise NotFoundError(f"there is no job {job_id}")
    return _as_of_now(job)


def cancel(job_id: str, viewer: Principal, *, now: int) -> dict[str, Any]:
    """End it before its time; what was done stays.

    Raises NotFoundError, ConflictError, and VersionConflictError when the job goes on at each attempt.
    """
    for _ in range(_ATTEMPTS - 1):
        with suppress(VersionConflictError):
            return _cancel_as_it_is(job_id, viewer, now)
    return _cancel_as_it_is(job_id, viewer, now)


def _cancel_as_it_is(job_id: str, viewer: Principal, now: int) -> dict[str, Any]:
    return job_view(_shown(storage.save(cancelled(_find(job_id, viewer), now)), viewer))


def retry(job_id: str, viewer: Principal, *, now: int) -> dict[str, Any]:
    """Let one that was given up go on where it was. Raises NotFoundError, ConflictError."""
    job = storage.save(again(_find(job_id, viewer), now))
    job_queue.send(job.id)
    return job_view(_shown(job, viewer))


def _as_of_now(job: Job) -> Job:
    if job.state not in UNFINISHED:
        return job
    told = replace(job, last_failure=job_parts.last_failure(job.id))
    return job_parts.as_of_now(told) if job.state == RUNNING and job.parts else told


def _shown(job: Job, viewer: Principal) -> Job:
    """The job without the profiles it names, where some of them may be of classes that the viewer does not see."""
    return job if viewer.classes is None else replace(job, failed_ids=[])


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
            page.append(_shown(_as_of_now(job), viewer))
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
