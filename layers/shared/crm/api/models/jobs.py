"""Jobs: work that takes longer than a request."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from crm.api.models.base import OMITTED, Input, Instant, Output, Properties
from crm.api.models.links import ProfileId
from crm.domain.job import JOB_KINDS, JOB_STATES
from crm.domain.times import parse_time


def _instant(text: str) -> str:
    if parse_time(text) is None:
        raise ValueError("must be an ISO 8601 instant, such as 2026-11-21T19:30:00Z")
    return text


_Time = Annotated[
    str,
    AfterValidator(_instant),
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-21T19:30:00Z"]),
]


class NewJob(Input):
    """The logs to project again, selected by exactly one of `profile_id`, `from` (with an optional `to`) and `all`."""

    EXAMPLE: ClassVar[Properties] = {
        "kind": "reproject",
        "profile_id": "03988760-e0d6-513d-996a-a4b5d8a9d2db",
    }

    kind: Literal["reproject"]
    profile_id: ProfileId = Field(
        default=OMITTED,
        description="Id of any member of a person: selects all logs of the person.",
    )
    received_from: _Time = Field(
        default=OMITTED,
        alias="from",
        description="Selects everyone with an activity that was received since then.",
    )
    received_to: _Time = Field(
        default=OMITTED, alias="to", description="End of the range that `from` begins; now by default."
    )
    all: Literal[True] = Field(default=OMITTED, description="Selects everyone.")


class Progress(Output):
    """The progress of a job, in parts of its own."""

    done: int
    total: int | None = Field(description="Null until it is known.")
    seconds_left: int | None = Field(description="An estimate; null if unknown.")


class JobError(Output):
    """The reason why a job failed."""

    code: str
    message: str


class JobFailure(Output):
    """The reason why an attempt failed."""

    code: str
    message: str
    at: Instant


class Job(Output):
    """Work that takes longer than a request."""

    id: str
    kind: Literal[JOB_KINDS]  # type: ignore[valid-type] # the kinds that the domain knows
    state: Literal[JOB_STATES]  # type: ignore[valid-type] # as above
    progress: Progress
    counts: dict[str, int] = Field(description="Counts by name. The names depend on the kind of job.")
    failed_profiles: list[str] = Field(
        description=(
            "Ids of profiles that the job skipped because they failed, at most 100; `counts.failed` is the total. "
            "Empty for API keys that are limited to classes."
        )
    )
    started_by: str = Field(description="The API key that started the job, as `key:<id>`.")
    created_at: Instant
    updated_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    result: Properties | None = Field(
        description="The result, once the job is done. It contains ids and times only."
    )
    error: JobError | None = Field(description="Reason of the failure, if the job failed.")
    last_failure: JobFailure | None = Field(
        description=(
            "Reason of the last failed attempt at the job or a part of it, which is retried. Null if no attempt "
            "failed, and once the job has ended."
        )
    )


class JobInDetail(Job):
    """A job, as it is read by its id."""

    started_by_name: str | None = Field(
        description="Current name of the API key that started the job; null if it no longer exists."
    )
    links: dict[str, str] = Field(
        examples=[{"results": "https://..."}],
        description=(
            "Links to the files of the job, valid for 15 minutes, by the names in `result`. Includes files that still "
            "exist and that the API key may download: results of bulk actions require `profiles:export`, reports of "
            "imports `profiles:import`."
        ),
    )


class JobPage(Output):
    """A page of jobs, newest first."""

    jobs: list[Job]
    next_cursor: str | None
