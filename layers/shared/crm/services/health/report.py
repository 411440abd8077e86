"""Report the health of the deployment: stuck profiles, and all else that needs intervention.

Stuck profiles, jobs and dead letters. Each problem comes with what to do about it, and with ids only.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice, takewhile

from crm.domain.job import FAILED, MAX_NAMED, UNFINISHED, Job
from crm.domain.retention import FAILED_JOBS_DAYS
from crm.domain.stuck import TOO_LARGE, UNEXPECTED, StuckProfile
from crm.domain.times import DAY_MS, HOUR_MS, iso
from crm.domain.views.health import HealthView, ProblemView
from crm.services.health.remedies import DEAD_LETTERS, JOBS_FAILED, JOBS_STALLED, STUCK, Remedy
from crm.services.jobs.staged_job import as_of_now
from crm.settings import settings
from crm.storage import jobs, queue_depths, stuck_profiles

STALLED_MS = HOUR_MS
"""Time without progress after which a job is stalled: a failed part is retried much sooner."""

_MAX_JOBS = 500
_AT_ONCE = 100
_FAULTS = frozenset({UNEXPECTED, TOO_LARGE, "interrupted"})
"""Errors of jobs that are the deployment's fault; all others describe an invalid request."""


def report(now: int) -> HealthView:
    """Return the model `Health`. `now` in epoch ms."""
    problems = [*_stuck(), *_failed_jobs(now), *_stalled_jobs(now), *_dead_letters()]
    return {
        "status": "degraded" if problems else "ok",
        "checked_at": iso(now),
        "problems": problems,
    }


def _problem(remedy: Remedy, *, count: int, since: int | None = None) -> ProblemView:
    return {
        "code": remedy.code,
        "what": remedy.what,
        "what_to_do": remedy.what_to_do,
        "since": None if since is None else iso(since),
        "count": count,
        "profile_ids": [],
        "culprit_ids": [],
        "job_ids": [],
        "queue": None,
    }


def _stuck() -> Iterator[ProblemView]:
    listed = list(stuck_profiles.find_all())
    unlisted = stuck_profiles.unlisted_failures() if listed else 0
    for reason in sorted({profile.reason for profile in listed}):
        found = [profile for profile in listed if profile.reason == reason]
        problem = _problem(STUCK[reason], count=len(found), since=min(profile.since for profile in found))
        yield {
            **problem,
            "profile_ids": [profile.id for profile in found][:MAX_NAMED],
            "culprit_ids": _culprits(found),
            "unlisted_failures": unlisted,
        }


def _culprits(found: list[StuckProfile]) -> list[str]:
    """Return the profiles that are too large and are not the stuck ones themselves."""
    others = (id_ for profile in found for id_ in profile.culprits if id_ != profile.id)
    return sorted(set(others))[:MAX_NAMED]


def _failed_jobs(now: int) -> Iterator[ProblemView]:
    recent = _jobs([FAILED], since=now - FAILED_JOBS_DAYS * DAY_MS)
    failed = [job for job in recent if job.error and job.error["code"] in _FAULTS]
    if failed:
        yield _of_jobs(JOBS_FAILED, failed, min(job.finished_at or job.updated_at for job in failed))


def _stalled_jobs(now: int) -> Iterator[ProblemView]:
    waiting = [job for job in _jobs(UNFINISHED) if job.updated_at <= now - STALLED_MS]
    # The stored job is as of its last step: its parts show the progress since.
    stalled = [job for job in map(as_of_now, waiting) if job.updated_at <= now - STALLED_MS]
    if stalled:
        yield _of_jobs(JOBS_STALLED, stalled, min(job.updated_at for job in stalled))


def _of_jobs(remedy: Remedy, found: list[Job], since: int) -> ProblemView:
    named = [job.id for job in found][:MAX_NAMED]
    return {**_problem(remedy, count=len(found), since=since), "job_ids": named}


def _jobs(states: Iterable[str], *, since: int = 0) -> Iterator[Job]:
    """Yield jobs in these states that were started since then (epoch ms), newest first, some hundreds at most."""
    entries = takewhile(lambda entry: entry[0] >= iso(since), jobs.newest_first(states, None))
    ids = [id_ for _, id_ in islice(entries, _MAX_JOBS)]
    chunks = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
    found = chain.from_iterable(jobs.find(chunk).values() for chunk in chunks)
    return (job for job in found if job.state in states)


def _dead_letters() -> Iterator[ProblemView]:
    for name, url in settings().dead_letter_queues:
        if waiting := queue_depths.receivable(url):
            yield {**_problem(DEAD_LETTERS[name], count=waiting), "queue": name}
