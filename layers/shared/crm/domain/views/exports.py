"""Views of exports."""

from typing import TypedDict

from crm.domain.views.jobs import JobView


class ExportFileView(TypedDict):
    """The file of an export. `bytes` is its size."""

    name: str
    format: str
    bytes: int
    rows: int
    columns: int
    url: str | None
    expires_at: str


class ExportView(JobView):
    """The job that writes a file of customers."""

    format: str
    selected_by: str
    selected: int | None
    file: ExportFileView | None


class ExportPageView(TypedDict):
    """A page of exports, newest first."""

    exports: list[ExportView]
    next_cursor: str | None
