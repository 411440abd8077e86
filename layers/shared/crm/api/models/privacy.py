"""What is held on a person, as one document."""

from pydantic import Field

from crm.api.models.base import Instant, Output, Properties
from crm.api.models.jobs import Job
from crm.api.models.profiles import Profile


class ProcessingConsent(Output):
    """Whether the person has consented to processing: where it is required and missing, other reads hide activities."""

    required: bool
    granted: bool


class Member(Output):
    """One of the profiles of the person: one identity, and the log of what came under it."""

    id: str
    identity: Properties | None = Field(description="`type` and `value`.")
    claimed_by: list[Properties] = Field(
        description="Which identities named this one as theirs, and since when."
    )


class LeftOut(Output):
    """A part of the person that this document does not contain."""

    id: str
    identity: Properties | None = Field(description="`type` and `value`.")
    reason: str = Field(
        description="`joined_by_public_sources`: only what anybody can send claims that it is this person's. Ask for "
        "it by `include`, once you have made sure."
    )


class HeldActivity(Output):
    """An activity as it is held, effects included."""

    id: str
    profile_id: str
    type: str
    name: str | None
    original_at: Instant = Field(description="By the client's own clock.")
    occurred_at: Instant
    received_at: Instant
    source: str
    source_kind: str
    identities: list[Properties]
    properties: Properties
    context: Properties
    effects: Properties


class HeldRejection(Output):
    """Input that was not accepted and names the person; of a batch, the messages that do."""

    id: str
    received_at: Instant
    source: str
    code: str
    message: str
    content: object


class RejectedInput(Output):
    """`complete` is false where there was more rejected input than could be looked through at once."""

    found: list[HeldRejection]
    complete: bool


class PersonExport(Output):
    """Everything that is held on a person."""

    exported_at: Instant
    processing_consent: ProcessingConsent
    profile: Profile
    members: list[Member]
    left_out: list[LeftOut]
    memberships: list[Properties] = Field(description="In which groups and orders the lists have the person.")
    notes_and_tasks: list[Properties]
    erasures: list[Job]
    activities: list[HeldActivity]
    rejected_input: RejectedInput
