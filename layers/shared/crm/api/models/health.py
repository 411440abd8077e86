"""Health: what is stuck, since when, and what to do about it."""

from typing import Literal

from pydantic import Field

from crm.api.models.base import Instant, Output


class Problem(Output):
    """Something that does not recover by itself. It is described by ids only."""

    code: str = Field(examples=["profiles_too_large"], description="Stable code, for programs.")
    what: str = Field(description="What is wrong.")
    what_to_do: str = Field(description="What to do about it.")
    since: Instant | None = Field(description="Time of the oldest case; null if unknown.")
    count: int = Field(description="Number of cases.")
    unlisted_failures: int = Field(
        default=0,
        description="Number of failures of further profiles, which do not fit in the list of stuck profiles.",
    )
    profile_ids: list[str] = Field(description="Up to 100.")
    culprit_ids: list[str] = Field(
        description="Up to 100 other profiles that are saved together with these and are too large."
    )
    job_ids: list[str] = Field(description="Up to 100.")
    queue: str | None = Field(
        examples=["JobDeadLetters"], description="The name of the queue or function in the template."
    )


class Health(Output):
    """The health of the deployment."""

    status: Literal["ok", "degraded"] = Field(description="`ok` if there are no problems.")
    checked_at: Instant
    problems: list[Problem]


class Retried(Output):
    """The number of stuck profiles that are being retried."""

    queued: int
