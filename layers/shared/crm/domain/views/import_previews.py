"""Views of previews of files."""

from typing import Any, NotRequired, TypedDict

from crm.domain.views.import_mappings import MappingBodyView


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
