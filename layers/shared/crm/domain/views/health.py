"""Views of the health report."""

from typing import NotRequired, TypedDict


class ProblemView(TypedDict):
    """Something that does not recover by itself. It is described by ids only."""

    code: str
    what: str
    what_to_do: str
    since: str | None
    count: int
    unlisted_failures: NotRequired[int]
    profile_ids: list[str]
    culprit_ids: list[str]
    job_ids: list[str]
    queue: str | None


class HealthView(TypedDict):
    """The health of the deployment."""

    status: str
    checked_at: str
    problems: list[ProblemView]


class RetriedView(TypedDict):
    """The number of stuck profiles that are being retried."""

    queued: int
