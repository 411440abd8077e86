"""The data held on a person, as one document."""

from typing import Literal

from pydantic import Field

from crm.api.models.base import Instant, Output, Properties
from crm.api.models.jobs import Job
from crm.api.models.profiles import Profile


class ProcessingConsent(Output):
    """The person's consent to processing. If it is required and missing, other reads hide the activities."""

    required: bool
    granted: bool


class Member(Output):
    """A profile of the person: one identity, and the log of its activities."""

    id: str
    identity: Properties | None = Field(description="`type` and `value`.")
    claimed_by: list[Properties] = Field(description="Identities that claim this one, and since when.")


class OmittedPart(Output):
    """A part of the person that this document does not contain."""

    id: str
    identity: Properties | None = Field(description="`type` and `value`.")
    reason: str = Field(
        description=(
            "`joined_by_public_sources`: only public sources claim that this part belongs to the person. Verify it, "
            "then request it by `include`."
        )
    )


class HeldActivity(Output):
    """An activity as it is stored, including its effects."""

    id: str
    profile_id: str
    type: str
    name: str | None
    original_at: Instant = Field(description="Time by the client's own clock.")
    occurred_at: Instant
    received_at: Instant
    source: str
    source_kind: str
    identities: list[Properties]
    properties: Properties
    context: Properties
    effects: Properties


class HeldRejection(Output):
    """Rejected input that names the person; of a batch, the messages that do."""

    id: str
    received_at: Instant
    source: str
    code: str
    message: str
    content: object


class RejectedInput(Output):
    """Rejected input. `complete` is false if there was more of it than one request can search."""

    found: list[HeldRejection]
    complete: bool


class HeldFile(Output):
    """A file in the bucket that contains or may contain data on the person. Its content is not part of this
    document.
    """

    kind: Literal["dropped", "report", "export"] = Field(
        description="A file that was dropped for import, the report on its rejected rows, or an export."
    )
    job: str = Field(description="Id of the import or the export.")
    holds_person: Literal["yes", "possibly"] = Field(
        description="`yes` if rows of the file are activities of the person."
    )
    expires_at: Instant = Field(description="When the file is deleted at the latest.")


class PersonExportLink(Output):
    """Where a large export is, for a short time."""

    url: str
    expires_at: Instant


class PersonExport(Output):
    """All data held on a person under the person's identities. Files that may contain more are listed."""

    exported_at: Instant
    processing_consent: ProcessingConsent
    profile: Profile
    members: list[Member]
    left_out: list[OmittedPart]
    memberships: list[Properties] = Field(description="Groups and orders in which the person is listed.")
    notes_and_tasks: list[Properties]
    erasures: list[Job]
    activities: list[HeldActivity]
    rejected_input: RejectedInput
    files: list[HeldFile] = Field(description="Existing files, newest first.")
    complete: bool = Field(
        description="False if more data may be held on the person than this document contains."
    )
    incomplete: list[str] = Field(
        description=(
            "Reasons: `dropped_files_not_searched`, `reports_not_searched`, `exports_not_searched` (a file in `files` "
            "may contain the person), `too_many_jobs` (there may be more files), `rejected_input_not_searched`."
        )
    )
