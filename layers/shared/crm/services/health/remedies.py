"""The problems of the health report: what each means, and what to do about it."""

from typing import NamedTuple

from crm.domain.stuck import TOO_LARGE, UNEXPECTED


class Remedy(NamedTuple):
    """A problem. `code` is for programs, `what` and `what_to_do` for people."""

    code: str
    what: str
    what_to_do: str


_RETRIED = "Stuck profiles are retried by themselves, at first after an hour, later once a day; "
_NOW = _RETRIED + "POST /v1/health/retry retries them now."
_REDRIVE = "Correct the cause, then make redrive QUEUE=<its name> (docs/runbook.md)."

STUCK = {
    TOO_LARGE: Remedy(
        "profiles_too_large",
        "Profiles take more than the 400 KB of an item: their events are kept in their logs and do not count yet.",
        "See in GET /v1/profiles/{id}/activities what fills them (the culprits, where there are some); unmerge or "
        "erase what is nobody's, and disable the source that sends it. " + _NOW,
    ),
    UNEXPECTED: Remedy(
        "profiles_failing",
        "Profiles cannot be projected because of an internal error.",
        "Search the log of the functions for the profile id, and deploy the correction. " + _NOW,
    ),
}

JOBS_FAILED = Remedy(
    "jobs_failed",
    "Jobs of the last seven days were given up.",
    "Read the error at GET /v1/jobs/{id} and in the log of run-jobs; when the cause is gone, POST /v1/jobs/{id}/retry "
    "lets a job go on where it was.",
)
JOBS_STALLED = Remedy(
    "jobs_stalled",
    "Jobs have made no progress for an hour.",
    "POST /v1/jobs/{id}/retry starts a queued job whose message was lost. A running one waits behind other jobs, or "
    "its part dies and comes back every 16 minutes: the log of run-jobs tells.",
)

DEAD_LETTERS = {
    "SpillDeadLetters": Remedy(
        "dead_letters",
        "Accepted events could not be stored.",
        f"{_REDRIVE} Storing an event twice changes nothing.",
    ),
    "FailureDeadLetters": Remedy(
        "dead_letters",
        "Projections were given up after five attempts.",
        f"{_REDRIVE} Or project again what was received then (POST /v1/jobs, kind reproject), and purge the queue.",
    ),
    "UnpublishedDeadLetters": Remedy(
        "dead_letters",
        "Changes of profiles were given up after five attempts: memberships of groups, segments in the timeline, or "
        "what EventBridge and webhooks are told.",
        f"{_REDRIVE} Doing a change twice changes nothing.",
    ),
    "JobDeadLetters": Remedy(
        "dead_letters",
        "Messages of jobs were given up; the jobs say failed.",
        "POST /v1/jobs/{id}/retry for each job of jobs_failed, then purge the queue; its redrive does the same.",
    ),
    "DropDeadLetters": Remedy(
        "dead_letters",
        "Files that were dropped into the bucket have started no import yet.",
        "They are tried five times more, then their imports are failed with a report (GET /v1/imports); where they "
        "stay, the log of import-csv says why.",
    ),
    "WebhookDeadLetters": Remedy(
        "dead_letters", "Deliveries to webhooks ended before they could be given up.", _REDRIVE
    ),
}
