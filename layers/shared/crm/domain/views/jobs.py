"""Views of jobs."""

from typing import Any, TypedDict


class ProgressView(TypedDict):
    """The progress of a job, in parts of its own."""

    done: int
    total: int | None
    seconds_left: int | None


class JobErrorView(TypedDict):
    """The reason why a job failed."""

    code: str
    message: str


class JobFailureView(TypedDict):
    """The reason why an attempt failed."""

    code: str
    message: str
    at: str


class JobView(TypedDict):
    """Work that takes longer than a request."""

    id: str
    kind: str
    state: str
    progress: ProgressView
    counts: dict[str, int]
    failed_profiles: list[str]
    started_by: str
    created_at: str
    updated_at: str
    started_at: str | None
    finished_at: str | None
    result: dict[str, Any] | None
    error: JobErrorView | None
    last_failure: JobFailureView | None


class JobPageView(TypedDict):
    """A page of jobs, newest first."""

    jobs: list[JobView]
    next_cursor: str | None


class JobInDetailView(JobView):
    """A job, as it is read by its id."""

    started_by_name: str | None
    links: dict[str, str]
