"""A job: work that takes longer than a request, told of while it is done and when it is over.

A job is not repeated by mistake: doing any part of it twice changes nothing, so whoever dies on the way is followed by
the next one, from the step that was begun last.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from crm.domain.times import iso

ERASE = "erase"
KINDS = (ERASE,)

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
STATES = (QUEUED, RUNNING, DONE, FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Times in epoch ms. `subject`: what it is about (ids), which makes it this job. `step`: where it goes on.

    `done` of `total` parts are done; the total is None until it is known. `counts`: how many of what. `result` is
    there when it is done, `error` (`code`, `message`) when it was given up. `version` counts how often it was stored.
    """

    id: str
    kind: str
    state: str = QUEUED
    subject: dict[str, Any]
    started_by: str
    created_at: int
    updated_at: int
    finished_at: int | None = None
    step: str | None = None
    done: int = 0
    total: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    result: dict[str, Any] | None = None
    error: dict[str, str] | None = None
    version: int = 0


def running(job: Job, now: int, **changes: Any) -> Job:
    """The job under way, with these changes."""
    return replace(job, state=RUNNING, updated_at=now, error=None, finished_at=None, **changes)


def done(job: Job, now: int, result: dict[str, Any]) -> Job:
    """The job at its end; nothing of how it went on is left."""
    parts = job.done if job.total is None else job.total
    ended = replace(job, state=DONE, updated_at=now, finished_at=now)
    return replace(ended, step=None, done=parts, result=result)


def failed(job: Job, now: int, error: dict[str, str]) -> Job:
    """The job, given up for now: started again, it goes on from its step."""
    return replace(job, state=FAILED, updated_at=now, finished_at=now, error=error)


def job_view(job: Job) -> dict[str, Any]:
    """The model `Job`."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": {"done": job.done, "total": job.total},
        "counts": job.counts,
        "started_by": job.started_by,
        "created_at": iso(job.created_at),
        "updated_at": iso(job.updated_at),
        "finished_at": None if job.finished_at is None else iso(job.finished_at),
        "result": job.result,
        "error": job.error,
    }
