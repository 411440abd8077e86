"""Health: what is stuck, since when, and what to do about it."""

from typing import Literal

from pydantic import Field

from crm.api.models.base import Instant, Output


class Problem(Output):
    """Something that does not go on by itself. It names ids only."""

    code: str = Field(examples=["profiles_too_large"], description="For programs; stable.")
    what: str = Field(description="What is wrong.")
    what_to_do: str = Field(description="What to do about it.")
    since: Instant | None = Field(description="Of the oldest case; null where it is not known.")
    count: int = Field(description="Cases.")
    unlisted_failures: int = Field(
        default=0,
        description="Failures of further profiles, which the full list of stuck ones does not hold.",
    )
    profile_ids: list[str] = Field(description="At most 100.")
    culprit_ids: list[str] = Field(
        description="Other profiles that are saved together with these and are too large, at most 100."
    )
    job_ids: list[str] = Field(description="At most 100.")
    queue: str | None = Field(examples=["JobDeadLetters"], description="Its name in the template.")


class Health(Output):
    """The health of the deployment."""

    status: Literal["ok", "degraded"] = Field(description="`ok` without any problem.")
    checked_at: Instant
    problems: list[Problem]


class Retried(Output):
    """How many stuck profiles are being retried."""

    queued: int
