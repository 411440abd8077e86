"""Imports: previews of files, starting them, and what came of their rows."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.import_mappings import MappingBody, MappingFields, Name
from crm.api.models.jobs import JobError, JobFailure, Progress
from crm.domain.job import STATES

Key = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1024,
        examples=["imports/customers.csv"],
        description="Of a file under `imports/` in the bucket.",
    ),
]


class DraftMapping(MappingFields):
    """A mapping that need not be stored: what a preview has answered can be changed and sent again."""

    name: Name = "draft"


def _named_or_drafted(value: Any) -> str:
    return "name" if isinstance(value, str) else "draft"


Mapping = Annotated[
    Annotated[Name, Tag("name")] | Annotated[DraftMapping, Tag("draft")],
    Discriminator(_named_or_drafted),
    Field(
        description="The name of a mapping, or one that need not be stored. Null: that of the key's folder, if any."
    ),
]


class PreviewRequest(Input):
    """Which file: exactly one of `key` and `content`."""

    key: Key | None = None
    content: str | None = Field(
        default=None,
        description="The first 256 KB of a file in base64, or all of it where it is smaller.",
        examples=["RS1tYWlsO0NpdHkKYWRhQGV4YW1wbGUuY29tO0xvbmRvbgo="],
    )
    name: str | None = Field(
        default=None, max_length=1024, examples=["customers.csv"], description="Of the file, with `content`."
    )
    mapping: Mapping | None = None


class NewImport(Input):
    """A file of the bucket to be imported."""

    key: Key
    mapping: Name | None = Field(default=None, description="Null: that of the key's folder, if any.")
    again: bool = Field(default=False, description="Also when a file of this content was imported before.")


class Dialect(Output):
    """How a file is written."""

    encoding: str
    bom: int = Field(description="Bytes of the mark at its beginning.")
    delimiter: str
    quote: str
    skip_lines: int
    header: bool
    skip_initial_space: bool = Field(
        default=False, description="Whether blanks at the beginning of a cell belong to the delimiter."
    )


class RowProblem(Output):
    """Why a row would be rejected."""

    code: str
    message: str


class Foreseen(Output):
    """Something to look at before the file is imported."""

    code: str
    message: str
    rows: int | None = Field(description="How many of those that were read; null where it is about all.")


class Target(Output):
    """What a column fills."""

    to: str
    name: str | None
    yes: str | None


class PreviewedColumn(Output):
    """A column, and what it would fill."""

    column: str = Field(description="Its header.")
    place: int = Field(description="From 1.")
    samples: list[str] = Field(description="The first values that are not empty, at most 5.")
    target: Target
    confidence: float = Field(description="From 0 to 1; 1 where the mapping says it.")
    why: str


class SampleIdentity(Output):
    """By whom the row is about."""

    type: str
    value: str


class PreviewedRow(Output):
    """A row as it would be read; where it has problems, it would be rejected."""

    row: int = Field(description="From 1, in the file.")
    line: int = Field(description="From 1: where it begins.")
    cells: list[str] = Field(description="As they stand in the file.")
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
    """What was looked at. `size` in bytes, null where only the beginning is known."""

    key: str | None
    name: str | None
    size: int | None


class Preview(Output):
    """How the beginning of a file would be imported."""

    file: PreviewedFile
    dialect: Dialect
    columns: list[PreviewedColumn]
    rows: list[PreviewedRow] = Field(description="The first 20, those that would be rejected among them.")
    rows_read: int = Field(description="In the first 256 KB of the file.")
    rows_rejected: int = Field(description="Of those that were read.")
    problems: list[Foreseen] = Field(description="What is foreseen for the whole file.")
    mapping: MappingBody = Field(description="It can be posted to `/v1/import-mappings` as it is.")


class ImportProgress(Progress):
    """How far an import is, in its own parts."""

    rows_per_second: float | None = Field(description="On average; null where nothing can be said.")


class ReportColumn(Output):
    """A column, what it has filled, and how its cells were read."""

    column: str
    target: Target
    decimal_mark: str | None = Field(
        description="Of its numbers: `.` or `,`, as the mapping says or the whole file shows; else null."
    )
    date_format: str | None = Field(
        description="Of its dates: the mapping's; or `DD/MM/YYYY` or `MM/DD/YYYY`, where the whole file shows it."
    )
    words: dict[str, str] = Field(
        description="Where it says yes or no: words in it that are known, and whether they were read as `yes`, `no`, "
        "`granted`, `denied` or `unsaid` (neither). Up to 20."
    )


class Report(Output):
    """What came of the rows. While it runs: of those that are done."""

    rows: int
    created: int = Field(description="New customers.")
    updated: int
    unchanged: int = Field(description="Rows that say what was known already.")
    skipped: int = Field(description="Rows that the mapping does not want, or about people who were erased.")
    rejected: int
    events: int = Field(description="Recorded from a file of events, and not known before.")
    repeated: int = Field(
        description="Rows of a file of events that tell of one again: of this or an earlier file."
    )
    reasons: dict[str, int] = Field(description="Rows rejected and skipped, by code; when it is done.")
    warnings: dict[str, int] = Field(description="What was read with doubts, by code; when it is done.")
    unread_consents: dict[str, int] = Field(
        description="Words in columns about consents that say neither yes nor no, as `column: word`, and in how many "
        "rows: they changed nothing. Up to 50, the most frequent ones; `...` stands for what is no single word."
    )
    columns: list[ReportColumn]
    dialect: Dialect | None
    duplicate_of: str | None = Field(
        description="The import of the same content by the same mapping, for which this one has done nothing."
    )


class ReportFile(Output):
    """The rejected rows as CSV, each with what is wrong with it: corrected, it can be dropped again."""

    key: str
    url: str = Field(description="Good for 15 minutes from this answer on; the next answer has a new one.")
    expires_at: Instant = Field(
        description="When the file is deleted. The link ends before, after its 15 minutes."
    )


class Import(Output):
    """A file that becomes customers, or what they did."""

    id: str
    state: Literal[STATES]  # type: ignore[valid-type] # the states that the domain knows
    key: str
    file_name: str
    mapping: str | None = Field(
        description="By which it is read; null where all is recognised, and until that is known."
    )
    progress: ImportProgress
    counts: dict[str, int] = Field(description="How many of what, as in the job.")
    report: Report
    report_file: ReportFile | None
    started_by: str = Field(description="The API key as `key:<id>`, or the bucket it was dropped into.")
    created_at: Instant
    updated_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    error: JobError | None
    last_failure: JobFailure | None = Field(
        description="Why an attempt failed last, while it is tried again; null once the import is over."
    )


class ImportPage(Output):
    """One page of imports, newest first."""

    imports: list[Import]
    next_cursor: str | None
