"""What is held on a person, as one document."""

from typing import Literal

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


class HeldFile(Output):
    """A file in the bucket that holds the person, or may: what is in it is not part of this document."""

    kind: Literal["dropped", "report", "export"] = Field(
        description="A file that was dropped to be imported, the report on its rejected rows, or an export."
    )
    job: str = Field(description="Id of the import or the export.")
    holds_person: Literal["yes", "possibly"] = Field(
        description="`yes` where rows of the file are activities of the person."
    )
    expires_at: Instant = Field(description="When it is deleted at the latest.")


class PersonExport(Output):
    """What is held on a person under the person's own identities; files that may hold more are named."""

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
    files: list[HeldFile] = Field(description="Files that there still are, newest first.")
    complete: bool = Field(description="False where more may be held on the person than is in this document.")
    incomplete: list[str] = Field(
        description="Why: `dropped_files_not_searched`, `reports_not_searched`, `exports_not_searched` (a file in "
        "`files` may hold the person), `too_many_jobs` (there may be more files), `rejected_input_not_searched`."
    )
