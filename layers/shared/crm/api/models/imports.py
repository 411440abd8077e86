"""Imports: uploads of files, starting imports, and their results."""

from typing import ClassVar, Literal

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.import_mapping_fields import MappingName
from crm.api.models.import_previews import Dialect, FileKey, Target
from crm.api.models.jobs import JobError, JobFailure, Progress
from crm.domain.job import JOB_STATES

_MAX_UPLOAD = 5_000_000_000
"""Bytes: S3 takes 5 GB in one request."""


class NewUpload(Input):
    """A file to upload."""

    EXAMPLE: ClassVar[Properties] = {"name": "customers.csv", "size": 52_428}

    name: str = Field(
        min_length=1,
        max_length=200,
        examples=["customers.csv"],
        description="Name of the file, without a folder.",
    )
    size: int = Field(
        ge=1,
        le=_MAX_UPLOAD,
        examples=[52_428],
        description="Size in bytes; S3 refuses a file of any other size.",
    )


class Upload(Output):
    """Where and how to send the file. It is stored, but not imported: preview and import it by its `key`."""

    key: str = Field(description="Key of the file, for `POST /v1/imports/preview` and `POST /v1/imports`.")
    method: Literal["PUT"]
    url: str = Field(description="Link for one upload without an API key, valid until `expires_at`.")
    headers: dict[str, str] = Field(description="The headers to send with the file, exactly as they are.")
    expires_at: Instant


class NewImport(Input):
    """A file of the bucket to import."""

    EXAMPLE: ClassVar[Properties] = {"key": "imports/customers.csv"}

    key: FileKey
    mapping: MappingName | None = Field(
        default=None, description="Null means the mapping of the key's folder, if there is one."
    )
    again: bool = Field(
        default=False,
        description="Import the file even if a file with the same content was imported before.",
    )


class ImportProgress(Progress):
    """The progress of an import, in parts of its own."""

    rows_per_second: float | None = Field(description="Average rows per second; null if unknown.")


class ReportColumn(Output):
    """A column, the target that it filled, and how its cells were read."""

    column: str
    target: Target
    decimal_mark: str | None = Field(
        description=(
            "The decimal separator of numbers: `.` or `,`, given by the mapping or detected from the whole file; else "
            "null."
        )
    )
    date_format: str | None = Field(
        description=(
            "The format of dates: given by the mapping, or detected from the whole file as `DD/MM/YYYY` or "
            "`MM/DD/YYYY`."
        )
    )
    words: dict[str, str] = Field(
        description=(
            "For yes/no columns: up to 20 known words of the column, and whether each was read as `yes`, `no`, "
            "`granted`, `denied` or `unsaid` (neither)."
        )
    )


class Report(Output):
    """The results of an import by row. While it runs, they cover the rows that are done."""

    rows: int
    created: int = Field(description="Number of new customers.")
    updated: int
    unchanged: int = Field(description="Number of rows without a change.")
    skipped: int = Field(description="Number of rows that the mapping excludes, or about erased people.")
    rejected: int
    events: int = Field(description="Number of new events, in files of events.")
    repeated: int = Field(
        description="Number of rows that repeat an event of this or an earlier file, in files of events."
    )
    reasons: dict[str, int] = Field(
        description="Number of rejected and skipped rows by code, once the import is done."
    )
    warnings: dict[str, int] = Field(
        description="Number of rows that were read with doubts by code, once the import is done."
    )
    unread_consents: dict[str, int] = Field(
        description=(
            "Words in consent columns that mean neither yes nor no, as `column: word`, with the "
            "number of rows. They had no effect. Up to 50, the most frequent first; `...` represents "
            "a value that is not a single word."
        )
    )
    columns: list[ReportColumn]
    dialect: Dialect | None
    duplicate_of: str | None = Field(
        description=(
            "Id of the earlier import of the same content by the same mapping, because of which this import did "
            "nothing."
        )
    )


class ReportFile(Output):
    """The rejected rows as CSV, each with its error. A corrected file can be imported again."""

    key: str
    url: str = Field(
        description="Link to the file, valid for 15 minutes from this response; each response has a new link."
    )
    expires_at: Instant = Field(
        description="When the file is deleted. The link expires earlier, after its 15 minutes."
    )


class Import(Output):
    """An import of a file of customers or of events."""

    id: str
    state: Literal[JOB_STATES]  # type: ignore[valid-type] # the states that the domain knows
    key: str
    file_name: str
    mapping: str | None = Field(
        description=(
            "The mapping by which the file is read; null if all columns are recognised by name, and until it "
            "is known."
        )
    )
    progress: ImportProgress
    counts: dict[str, int] = Field(description="Counts by name, as in the job.")
    report: Report
    report_file: ReportFile | None
    started_by: str = Field(
        description=(
            "The API key that started the import, as `key:<id>`, or the bucket into which the file was "
            "dropped."
        )
    )
    started_by_name: str | None = Field(
        description="Current name of the API key; null for the bucket, and if the key no longer exists."
    )
    created_at: Instant
    updated_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    error: JobError | None
    last_failure: JobFailure | None = Field(
        description="Reason of the last failed attempt, while the import is retried; null once it has ended."
    )


class ImportPage(Output):
    """A page of imports, newest first."""

    imports: list[Import]
    next_cursor: str | None
