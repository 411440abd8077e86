"""Imports: previews of files, starting imports, and their results."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.import_mappings import MappingBody, MappingFields, Name
from crm.api.models.jobs import JobError, JobFailure, Progress
from crm.domain.job import JOB_STATES

_MAX_UPLOAD = 5_000_000_000
"""Bytes: S3 takes 5 GB in one request."""

_Key = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1024,
        examples=["imports/customers.csv"],
        description="Key of a file under `imports/` in the bucket, or of an uploaded file.",
    ),
]


class DraftMapping(MappingFields):
    """A mapping that need not be stored. The mapping that a preview returns can be changed and sent again."""

    name: Name = "draft"


def _named_or_drafted(value: Any) -> str:
    return "name" if isinstance(value, str) else "draft"


Mapping = Annotated[
    Annotated[Name, Tag("name")] | Annotated[DraftMapping, Tag("draft")],
    Discriminator(_named_or_drafted),
    Field(
        description=(
            "The name of a stored mapping, or an inline mapping. Null means the mapping of the key's folder, if there "
            "is one."
        )
    ),
]


class NewUpload(Input):
    """A file to upload."""

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


class PreviewRequest(Input):
    """The file to preview: exactly one of `key` and `content`."""

    key: _Key | None = None
    content: str | None = Field(
        default=None,
        description="The first 256 KB of a file in base64, or the whole file if it is smaller.",
        examples=["RS1tYWlsO0NpdHkKYWRhQGV4YW1wbGUuY29tO0xvbmRvbgo="],
    )
    name: str | None = Field(
        default=None,
        max_length=1024,
        examples=["customers.csv"],
        description="Name of the file, with `content`.",
    )
    mapping: Mapping | None = None


class NewImport(Input):
    """A file of the bucket to import."""

    key: _Key
    mapping: Name | None = Field(
        default=None, description="Null means the mapping of the key's folder, if there is one."
    )
    again: bool = Field(
        default=False,
        description="Import the file even if a file with the same content was imported before.",
    )


class Dialect(Output):
    """How a file is written."""

    encoding: str
    bom: int = Field(description="Length of the byte order mark, in bytes.")
    delimiter: str
    quote: str
    skip_lines: int
    header: bool
    skip_initial_space: bool = Field(
        default=False, description="Whether spaces at the beginning of a cell belong to the delimiter."
    )


class RowProblem(Output):
    """The reason why a row would be rejected."""

    code: str
    message: str


class PreviewWarning(Output):
    """A warning to check before the file is imported."""

    code: str
    message: str
    rows: int | None = Field(
        description=(
            "Number of affected rows among those that were read; null for a warning about the whole file."
        )
    )


class Target(Output):
    """The target that a column fills."""

    to: str
    name: str | None
    yes: str | None


class PreviewedColumn(Output):
    """A column and the target that it would fill."""

    column: str = Field(description="Header of the column.")
    place: int = Field(description="Position, from 1.")
    samples: list[str] = Field(description="The first values that are not empty, at most 5.")
    target: Target
    confidence: float = Field(description="Confidence from 0 to 1; 1 if the mapping names the column.")
    why: str


class SampleIdentity(Output):
    """The identity of the customer that a row describes."""

    type: str
    value: str


class PreviewedRow(Output):
    """A row as it would be read. A row with problems would be rejected."""

    row: int = Field(description="Number of the row in the file, from 1.")
    line: int = Field(description="Line on which the row begins, from 1.")
    cells: list[str] = Field(description="Values as in the file.")
    identities: list[SampleIdentity]
    attributes: Properties
    tags: list[str]
    consents: dict[str, Properties]
    changed_at: Instant | None
    event: str | None
    time: Instant | None
    message_id: str | None
    properties: Properties
    problems: list[RowProblem]


class PreviewedFile(Output):
    """The file that was read. `size` is in bytes; null if only the beginning is known."""

    key: str | None
    name: str | None
    size: int | None


class Preview(Output):
    """How the beginning of a file would be imported."""

    file: PreviewedFile
    dialect: Dialect
    columns: list[PreviewedColumn]
    rows: list[PreviewedRow] = Field(description="The first 20 rows, including rows that would be rejected.")
    rows_read: int = Field(description="Number of rows in the first 256 KB of the file.")
    rows_rejected: int = Field(description="Counts over the rows that were read.")
    problems: list[PreviewWarning] = Field(description="Warnings about the whole file.")
    mapping: MappingBody = Field(
        description="The mapping, which can be posted to `/v1/import-mappings` as it is."
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
