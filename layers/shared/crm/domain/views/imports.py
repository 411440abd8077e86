"""Views of uploads and imports."""

from typing import TypedDict

from crm.domain.views.import_previews import DialectView, TargetView
from crm.domain.views.jobs import JobErrorView, JobFailureView, ProgressView


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
    started_by_name: str | None
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
