"""Views of imports and previews of files."""

from typing import Any, NotRequired, TypedDict

from crm.domain.views.import_mappings import MappingBodyView
from crm.domain.views.jobs import JobErrorView, JobFailureView, ProgressView


class PreviewedFileView(TypedDict):
    """The file that was read. `size` is in bytes; null if only the beginning is known."""

    key: str | None
    name: str | None
    size: int | None


class DialectView(TypedDict):
    """How a file is written."""

    encoding: str
    bom: int
    delimiter: str
    quote: str
    skip_lines: int
    header: bool
    skip_initial_space: NotRequired[bool]


class TargetView(TypedDict):
    """The target that a column fills."""

    to: str
    name: str | None
    yes: str | None


class PreviewedColumnView(TypedDict):
    """A column and the target that it would fill."""

    column: str
    place: int
    samples: list[str]
    target: TargetView
    confidence: float
    why: str


class SampleIdentityView(TypedDict):
    """The identity of the customer that a row describes."""

    type: str
    value: str


class RowProblemView(TypedDict):
    """The reason why a row would be rejected."""

    code: str
    message: str


class PreviewedRowView(TypedDict):
    """A row as it would be read. A row with problems would be rejected."""

    row: int
    line: int
    cells: list[str]
    identities: list[SampleIdentityView]
    attributes: dict[str, Any]
    tags: list[str]
    consents: dict[str, dict[str, Any]]
    changed_at: str | None
    event: str | None
    time: str | None
    message_id: str | None
    properties: dict[str, Any]
    problems: list[RowProblemView]


class PreviewWarningView(TypedDict):
    """A warning to check before the file is imported."""

    code: str
    message: str
    rows: int | None


class PreviewView(TypedDict):
    """How the beginning of a file would be imported."""

    file: PreviewedFileView
    dialect: DialectView
    columns: list[PreviewedColumnView]
    rows: list[PreviewedRowView]
    rows_read: int
    rows_rejected: int
    problems: list[PreviewWarningView]
    mapping: MappingBodyView


class ImportProgressView(ProgressView):
    """The progress of an import, in parts of its own."""

    rows_per_second: float | None


class ReportColumnView(TypedDict):
    """A column, the target that it filled, and how its cells were read."""

    column: str
    target: TargetView
    decimal_mark: str | None
    date_format: str | None
    words: dict[str, str]


class ReportView(TypedDict):
    """The results of an import by row. While it runs, they cover the rows that are done."""

    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int
    events: int
    repeated: int
    reasons: dict[str, int]
    warnings: dict[str, int]
    unread_consents: dict[str, int]
    columns: list[ReportColumnView]
    dialect: DialectView | None
    duplicate_of: str | None


class ReportFileView(TypedDict):
    """The rejected rows as CSV, each with its error. A corrected file can be imported again."""

    key: str
    url: str
    expires_at: str


class UploadView(TypedDict):
    """Where and how to send a file to the bucket."""

    key: str
    method: str
    url: str
    headers: dict[str, str]
    expires_at: str


class ImportView(TypedDict):
    """An import of a file of customers or of events."""

    id: str
    state: str
    key: str
    file_name: str
    mapping: str | None
    progress: ImportProgressView
    counts: dict[str, int]
    report: ReportView
    report_file: ReportFileView | None
    started_by: str
    created_at: str
    updated_at: str
    started_at: str | None
    finished_at: str | None
    error: JobErrorView | None
    last_failure: JobFailureView | None


class ImportPageView(TypedDict):
    """A page of imports, newest first."""

    imports: list[ImportView]
    next_cursor: str | None
