"""Jobs: work that takes longer than a request."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.links import ProfileId
from crm.api.models.selections import without_defaults
from crm.domain.job import KINDS, STATES
from crm.domain.times import parse_time


def _instant(text: str) -> str:
    if parse_time(text) is None:
        raise ValueError("must be an instant as 2026-11-21T19:30:00Z")
    return text


_Time = Annotated[
    str,
    AfterValidator(_instant),
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-21T19:30:00Z"]),
]


class NewJob(Input):
    """Logs to be projected again. Exactly one of `profile_id`, `from` (perhaps with `to`) and `all` says whose."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    kind: Literal["reproject"]
    profile_id: ProfileId = Field(
        default="",
        description="The person with this profile: all logs of theirs. The id of any member will do.",
    )
    received_from: _Time = Field(
        default="", alias="from", description="Everybody of whom an activity was received since then."
    )
    received_to: _Time = Field(
        default="", alias="to", description="... and until then; by default, until now."
    )
    all: Literal[True] = Field(default=True, description="Everybody.")


class Progress(Output):
    """How far a job is, in its own parts."""

    done: int
    total: int | None = Field(description="Null until it is known.")
    seconds_left: int | None = Field(description="An estimate; null where nothing can be said.")


class JobError(Output):
    """Why a job was given up."""

    code: str
    message: str


class JobFailure(Output):
    """Why an attempt failed."""

    code: str
    message: str
    at: Instant


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
    last_failure: JobFailure | None = Field(
        description="Why an attempt at it, or at a part of it, failed last; it is tried again. Null where "
        "none has, and once the job is over."
    )


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
