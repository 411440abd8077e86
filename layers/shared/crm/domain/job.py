"""A job: work that takes longer than a request, with a progress and a result.

Every step of a job is idempotent: after a crash the next worker continues from the step that was last begun.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from crm.domain.errors import ConflictError
from crm.domain.times import iso, iso_or_none
from crm.domain.views.jobs import JobErrorView, JobFailureView, JobView

ERASE, IMPORT, EXPORT, BULK, BACKFILL = "erase", "import", "export", "bulk", "backfill"
REPROJECT, RANKING = "reproject", "ranking"
JOB_KINDS = (ERASE, IMPORT, EXPORT, BULK, BACKFILL, REPROJECT, RANKING)

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
JOB_STATES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)
UNFINISHED = (QUEUED, RUNNING)

NEVER_CANCELLED = (ERASE, BACKFILL, RANKING)
"""Kinds that must end: a person must not stay half erased, and a segment must not stay without a serving build."""

MAX_NAMED = 100
"""Maximum profiles that a job names of those it skipped; their number is in its counts."""


class JobFailedError(ConflictError):
    """The job can never succeed, however often it is retried: it fails with this code and message."""


JobSubject = dict[str, Any]
"""What a job is about; each kind of job stores fields of its own."""

JobResult = dict[str, Any]
"""What a job returns when it is done; each kind of job has fields of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job. Times in epoch ms.

    `subject`: the ids that the job concerns, which identify it. `step`: where it continues. `parts`: those of the
    step that are done in parallel. `done` of `total` parts are done, over all steps; the total is None until it is
    known. `counts`: numbers by what is counted. `failed_ids`: profiles that it skipped. `result` is set when it is
    done, `error` (`code`, `message`) when it failed. `last_failure` (`code`, `message`, `at`): of an attempt at a job
    under way, which is retried. `refused`: it failed because it can never succeed. `version` counts how often it was
    stored.
    """

    id: str
    kind: str
    state: str = QUEUED
    subject: JobSubject
    started_by: str
    created_at: int
    updated_at: int
    started_at: int | None = None
    finished_at: int | None = None
    step: str | None = None
    parts: int = 0
    done: int = 0
    total: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    failed_ids: list[str] = field(default_factory=list)
    result: JobResult | None = None
    error: JobErrorView | None = None
    last_failure: JobFailureView | None = None
    refused: bool = False
    version: int = 0


def running(job: Job, now: int, **changes: Any) -> Job:
    """Return the job under way, with these changes."""
    started_at = job.started_at or now
    return replace(
        job, state=RUNNING, updated_at=now, started_at=started_at, error=None, finished_at=None, **changes
    )


def done(job: Job, now: int, result: JobResult) -> Job:
    """Return the job at its end, without its intermediate state."""
    parts = job.done if job.total is None else job.total
    ended = replace(job, state=DONE, updated_at=now, finished_at=now)
    return replace(ended, step=None, parts=0, done=parts, result=result)


def failed(job: Job, now: int, error: JobErrorView) -> Job:
    """Return the job as failed: when it is started again, it continues from its step."""
    return replace(job, state=FAILED, updated_at=now, finished_at=now, error=error)


def cancelled(job: Job, now: int) -> Job:
    """Return the job as cancelled: completed work stays. Raises ConflictError if it cannot be cancelled."""
    if job.state not in UNFINISHED:
        raise ConflictError(f"the job is {job.state} and cannot be cancelled", code="job_is_over")
    if job.kind in NEVER_CANCELLED:
        raise ConflictError(f"a job of kind {job.kind} cannot be cancelled", code="not_cancellable")
    return replace(job, state=CANCELLED, updated_at=now, finished_at=now, step=None, parts=0)


def requeue(job: Job, now: int) -> Job:
    """Return a failed or queued job to the queue. Raises ConflictError for another state.

    A queued one may wait for ever, if the request that queued it broke off before its message was sent.
    """
    if job.state not in {FAILED, QUEUED}:
        raise ConflictError(
            f"the job is {job.state}: only a failed or a queued job can be retried", code="job_not_failed"
        )
    return replace(job, state=QUEUED, updated_at=now, error=None, finished_at=None, refused=False)


def job_view(job: Job) -> JobView:
    """Return the model `Job`."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": {"done": job.done, "total": job.total, "seconds_left": seconds_left(job)},
        "counts": job.counts,
        "failed_profiles": job.failed_ids,
        "started_by": job.started_by,
        "created_at": iso(job.created_at),
        "updated_at": iso(job.updated_at),
        "started_at": iso_or_none(job.started_at),
        "finished_at": iso_or_none(job.finished_at),
        "result": job.result,
        "error": job.error,
        "last_failure": job.last_failure if job.state in UNFINISHED else None,
    }


def seconds_left(job: Job) -> int | None:
    """Estimate the remaining time from the speed so far; None if that is unknown."""
    if job.state != RUNNING or not job.done or not job.total or job.started_at is None:
        return None
    return round((job.updated_at - job.started_at) / job.done * (job.total - job.done) / 1000)


def per_second(job: Job, counted: str) -> float | None:
    """Return the average rate of one of its counts per second; None if that is unknown."""
    if job.started_at is None or job.updated_at <= job.started_at:
        return None
    return round(job.counts.get(counted, 0) * 1000 / (job.updated_at - job.started_at), 1)
