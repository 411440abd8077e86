"""Jobs: sequential stages whose parts are done in parallel, each by a message of its own, or by the planning process.

The worker that finishes the last part of a stage has the next stage planned; after the last one the job is finished.
A part may be done twice, concurrently, or by a worker that fails halfway: the first to finish counts. Parts are
planned all at once and do not queue each other: SQS ends chains of functions that do.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from crm.domain.errors import VersionConflictError
from crm.domain.job import (
    CANCELLED,
    MAX_NAMED,
    RUNNING,
    Job,
    JobFailedError,
    JobResult,
    done,
    failed,
    running,
)
from crm.domain.times import iso
from crm.domain.views.jobs import JobErrorView, JobFailureView
from crm.observability import log
from crm.services.jobs.deadline import Deadline, DeadlineExceededError
from crm.storage import bucket, job_queue
from crm.storage import jobs as storage

PartDone = dict[str, Any]
"""The stored result of a finished part until the job is over.

`counts` by name, FAILED: ids of the profiles that were left out, and what the next stages need, small and without
personal data: personal data is in files, which are named here.
"""

FAILED_PARTS = "failed"
_FINISHED = "finished/"
_FAILURE = "failure"
_AT = "at"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a job.

    `plan` returns the job with its `parts` (their number) and `total`; it may be called again, even twice at the same
    time, and must plan the same. `work` does one part, numbered from 0. When one of them raises
    DeadlineExceededError, it has stored its position and continues in another process.

    `alone`: the stage has one part, which the process that plans it does itself; else the parts are queued, to be done
    in parallel. `pause_s`: seconds between the end of a stage that is done alone and the next stage.
    """

    name: str
    plan: Callable[[Job, Deadline], Job]
    work: Callable[[Job, int, Deadline], PartDone]
    alone: bool = False
    pause_s: int = 0


@dataclass(frozen=True, slots=True)
class StagedJob:
    """A kind of job. `finish` returns its result when all parts of all stages are done."""

    stages: tuple[Stage, ...]
    finish: Callable[[Job, Deadline], JobResult]

    def stage(self, name: str) -> Stage:
        return next(stage for stage in self.stages if stage.name == name)

    def after(self, name: str | None) -> Stage | None:
        """Return the stage after this one; the first one for None."""
        names = [stage.name for stage in self.stages]
        place = 0 if name is None else names.index(name) + 1
        return self.stages[place] if place < len(names) else None


class _OvertakenError(Exception):
    """The stored job has changed: it was cancelled, or another process continues it."""


def resume(job: Job, staged_job: StagedJob, deadline: Deadline) -> None:
    """Continue the current stage, or begin the next one, until parts are queued or the job is finished."""
    try:
        if job.state != RUNNING:
            job = _save(running(job, deadline.now()))
        _advance(job, staged_job, deadline)
    except DeadlineExceededError as up:
        job_queue.send(job.id, delay_s=up.retry_in)
    except _OvertakenError:
        log.info("the job was cancelled, or another process continues it", extra={"job_id": job.id})
        _clear_if_cancelled(job)
    except JobFailedError as error:
        _refuse(job, error, deadline)


def _advance(job: Job, staged_job: StagedJob, deadline: Deadline) -> None:
    while True:
        stage = staged_job.stage(job.step) if job.step else None
        left = _left(job, stage) if stage else []
        if stage and left and not stage.alone:
            job_queue.send_parts(job.id, stage.name, left)
            return
        if stage and left:
            _do(job, stage, left[0], deadline)
            if stage.pause_s:
                job_queue.send(job.id, delay_s=stage.pause_s)
                return
        following = staged_job.after(job.step)
        if following is None:
            _finish(job, staged_job, deadline)
            return
        planned = following.plan(job, deadline)
        job = _save(running(planned, deadline.now(), step=following.name))


def do_part(job: Job, staged_job: StagedJob, step: str, number: int, deadline: Deadline) -> None:
    """Do one part unless it is done; the worker that finishes the last one continues the job."""
    if job.step != step:
        return  # a message that was delivered again after the stage was over
    if not is_done(job.id, step, number):
        try:
            _do(job, staged_job.stage(step), number, deadline)
        except DeadlineExceededError:
            job_queue.send_parts(job.id, step, [number])
            return
        except JobFailedError as error:
            _refuse(job, error, deadline)
            return
        _clear_if_cancelled(job)
    if storage.count_parts(job.id, f"{_FINISHED}{step}/") >= job.parts:
        job_queue.send(job.id)


def _do(job: Job, stage: Stage, number: int, deadline: Deadline) -> None:
    part = stage.work(job, number, deadline)
    storage.keep_part(job.id, _name(stage.name, number), _bounded(part) | {_AT: deadline.now()})


def _bounded(part: PartDone) -> PartDone:
    """Return the part with the number of its failed profiles, and as many of their ids as a job names."""
    failed = part.get(FAILED_PARTS, ())
    if not failed:
        return part
    counts = {FAILED_PARTS: len(failed), **part.get("counts", {})}
    return part | {"counts": counts, FAILED_PARTS: list(failed)[:MAX_NAMED]}


def is_done(job_id: str, step: str, number: int) -> bool:
    """Return whether this part is finished."""
    return storage.has_working_data(job_id, _name(step, number))


def finished(job_id: str, step: str) -> dict[int, PartDone]:
    """Return the finished parts of a stage by number, in order."""
    prefix = f"{_FINISHED}{step}/"
    return {
        int(name.removeprefix(prefix)): part for name, part in storage.working_data(job_id, prefix).items()
    }


def as_of_now(job: Job) -> Job:
    """Return the job with the progress of its parts since it was stored."""
    parts = storage.working_data(job.id, _FINISHED).values()
    if not parts:
        return job
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.get("counts", {}))
    named = dict.fromkeys(chain.from_iterable(part.get(FAILED_PARTS, ()) for part in parts))
    at = max((part[_AT] for part in parts), default=job.updated_at)
    return replace(
        job,
        counts=dict(counts) or job.counts,
        failed_ids=list(named)[:MAX_NAMED],
        done=len(parts),
        updated_at=max(at, job.updated_at),
    )


def note_failure(job_id: str, error: JobErrorView, at: int) -> None:
    """Store the error of an attempt that will be repeated. Raises UnavailableError."""
    storage.keep_parts(job_id, {_FAILURE: {**error, "at": iso(at)}})


def last_failure(job_id: str) -> JobFailureView | None:
    """Return the last failed attempt of an unfinished job."""
    failure: JobFailureView | None = storage.working_data(job_id, _FAILURE).get(_FAILURE)
    return failure


def clean_up(job_id: str) -> None:
    """Delete the working data of the job."""
    storage.drop_parts(job_id, list(storage.working_data(job_id)))
    bucket.delete(list(bucket.keys(f"{bucket.WORKING_FILES}{job_id}/")))


def _save(job: Job) -> Job:
    """Store the next version of the job. Raises _OvertakenError."""
    try:
        return storage.save(job)
    except VersionConflictError as error:
        raise _OvertakenError from error


def _finish(job: Job, staged_job: StagedJob, deadline: Deadline) -> None:
    result = staged_job.finish(job, deadline)
    _save(done(as_of_now(job), deadline.now(), result))
    clean_up(job.id)


def _refuse(job: Job, error: JobFailedError, deadline: Deadline) -> None:
    log.info("job refused", extra={"job_id": job.id, "code": error.code})
    details: JobErrorView = {"code": error.code, "message": error.message}
    over = replace(failed(as_of_now(job), deadline.now(), details), step=None, parts=0, refused=True)
    with suppress(VersionConflictError):  # it was cancelled, or another part failed first
        storage.save(over)
    clean_up(job.id)


def _clear_if_cancelled(job: Job) -> None:
    if storage.find([job.id])[job.id].state == CANCELLED:
        clean_up(job.id)


def _left(job: Job, stage: Stage) -> list[int]:
    """Return the parts of the current stage that are not done."""
    there = finished(job.id, stage.name)
    return [number for number in range(1 if stage.alone else job.parts) if number not in there]


def _name(step: str, number: int) -> str:
    return f"{_FINISHED}{step}/{number:06d}"
