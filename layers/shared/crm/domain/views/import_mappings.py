"""Views of import mappings."""

from typing import NotRequired, TypedDict


class ColumnTargetView(TypedDict):
    """A column and the target that it fills."""

    column: str | int
    to: str
    name: str | None
    yes: str | None


class ImportedConsentView(TypedDict):
    """A consent that applies to every customer in the file."""

    state: str
    proof: NotRequired[str | None]


class MappingBodyView(TypedDict):
    """A mapping in the form in which it can be sent."""

    name: str
    kind: str
    description: str
    encoding: str | None
    delimiter: str | None
    quote: str | None
    skip_lines: int | None
    header: bool | None
    columns: list[ColumnTargetView]
    other_columns: str
    date_format: str | None
    decimal_mark: str | None
    phone_region: str | None
    time_zone: str | None
    tags: list[str]
    lists: NotRequired[list[str]]
    segments: NotRequired[list[str]]
    consents: dict[str, ImportedConsentView]
    conflict: str
    write: str
    event_name: str | None


class ImportMappingView(MappingBodyView):
    """A mapping. Each edit creates a new version, which applies to the next files."""

    id: str
    version: int
    created_at: str


class ImportMappingListView(TypedDict):
    """All mappings, by name."""

    mappings: list[ImportMappingView]
