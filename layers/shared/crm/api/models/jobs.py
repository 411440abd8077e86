"""Jobs: work that takes longer than a request."""

from typing import Literal

from pydantic import Field

from crm.api.models.base import Instant, Output, Properties
from crm.domain.job import KINDS, STATES


class Progress(Output):
    """How far a job is, in its own parts."""

    done: int
    total: int | None = Field(description="Null until it is known.")
    seconds_left: int | None = Field(description="An estimate; null where nothing can be said.")


class JobError(Output):
    """Why a job was given up."""

    code: str
    message: str


class Job(Output):
    """Work that takes longer than a request."""

    id: str
    kind: Literal[KINDS]  # type: ignore[valid-type] # the kinds that the domain knows
    state: Literal[STATES]  # type: ignore[valid-type] # as above
    progress: Progress
    counts: dict[str, int] = Field(description="How many of what; which names there are depends on the kind.")
    failed_profiles: list[str] = Field(
        description="Ids of profiles that the job went on without, at most 100; `counts.failed` says how many. "
        "Empty for API keys that are limited to classes."
    )
    started_by: str = Field(description="The API key that asked for it, as `key:<id>`.")
    created_at: Instant
    updated_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    result: Properties | None = Field(description="What came of it, once it is done. Ids and times only.")
    error: JobError | None = Field(description="Why it was given up, if it was.")


class JobInDetail(Job):
    """A job as it is read by its id."""

    links: dict[str, str] = Field(
        examples=[{"results": "https://..."}],
        description="By the names in `result`: addresses of the files that it made, good for 15 minutes. Those that "
        "are still kept, and that the API key may load: results of bulk actions need `profiles:export`, reports of "
        "imports `profiles:import`.",
    )


class JobPage(Output):
    """One page of jobs, newest first."""

    jobs: list[Job]
    next_cursor: str | None
