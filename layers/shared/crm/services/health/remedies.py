"""The problems of the health report: what each means, and what to do about it."""

from typing import NamedTuple

from crm.domain.stuck import TOO_LARGE, UNEXPECTED


class Remedy(NamedTuple):
    """A problem. `code` is for programs, `what` and `what_to_do` for people."""

    code: str
    what: str
    what_to_do: str


_RETRIED = "Stuck profiles are retried automatically, at first after an hour, later once a day; "
_NOW = _RETRIED + "POST /v1/health/retry retries them now."
_REDRIVE = "Correct the cause, then make redrive QUEUE=<its name> (docs/runbook.md)."

STUCK = {
    TOO_LARGE: Remedy(
        "profiles_too_large",
        "Profiles take more than the 400 KB of an item: their events are kept in their logs and do not count yet.",
        (
            "Read in GET /v1/profiles/{id}/activities what fills them (see `culprits`, if any); "
            "unmerge or erase profiles of no real person, and disable the source that sends them. "
        )
        + _NOW,
    ),
    UNEXPECTED: Remedy(
        "profiles_failing",
        "Profiles cannot be projected because of an internal error.",
        "Search the log of the functions for the profile id, and deploy the correction. " + _NOW,
    ),
}

JOBS_FAILED = Remedy(
    "jobs_failed",
    "Jobs of the last seven days have failed.",
    "Read the error at GET /v1/jobs/{id} and in the log of run-jobs; after correcting the "
    "cause, resume the job by POST /v1/jobs/{id}/retry.",
)
JOBS_STALLED = Remedy(
    "jobs_stalled",
    "Jobs have made no progress for an hour.",
    "POST /v1/jobs/{id}/retry starts a queued job whose message was lost. A running job "
    "waits behind other jobs, or its part fails and is retried every 16 minutes: see the log "
    "of run-jobs.",
)

DEAD_LETTERS = {
    "SpillDeadLetters": Remedy(
        "dead_letters",
        "Accepted events could not be stored.",
        f"{_REDRIVE} Storing an event twice has no effect.",
    ),
    "FailureDeadLetters": Remedy(
        "dead_letters",
        "Projections failed in all five attempts.",
        f"{_REDRIVE} Or project the logs of that time again (POST /v1/jobs, kind reproject), and "
        "purge the queue.",
    ),
    "UnpublishedDeadLetters": Remedy(
        "dead_letters",
        "Changes of profiles failed in all five attempts: memberships of groups, segments in the "
        "timeline, or events for EventBridge and webhooks.",
        f"{_REDRIVE} Applying a change twice has no effect.",
    ),
    "JobDeadLetters": Remedy(
        "dead_letters",
        "Messages of jobs failed in all attempts; the jobs are in the state failed.",
        "POST /v1/jobs/{id}/retry for each job of jobs_failed, then purge the queue; its redrive does the same.",
    ),
    "DropDeadLetters": Remedy(
        "dead_letters",
        "Files that were dropped into the bucket have not started an import yet.",
        "They are retried five times; then their imports fail with a report (GET /v1/imports). "
        "If they stay in the queue, see the log of import-csv.",
    ),
    "WebhookDeadLetters": Remedy(
        "dead_letters", "Deliveries to webhooks ended before their failure could be recorded.", _REDRIVE
    ),
}
