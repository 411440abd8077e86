"""Commands of import mappings: how files of one origin are read."""

from typing import NotRequired, TypedDict


class MappedColumn(TypedDict):
    """What becomes of a column, given by its name or its place from 1."""

    column: str | int
    to: str
    name: NotRequired[str | None]
    yes: NotRequired[str | None]


class ConsentOfRows(TypedDict):
    """A consent of every customer in the file."""

    state: str
    proof: NotRequired[str | None]


class ImportMappingChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are; null means that the field is detected in each file."""

    kind: str
    description: str
    encoding: str | None
    delimiter: str | None
    quote: str | None
    skip_lines: int | None
    header: bool | None
    columns: list[MappedColumn]
    other_columns: str
    date_format: str | None
    decimal_mark: str | None
    phone_region: str | None
    time_zone: str | None
    tags: list[str]
    lists: list[str]
    segments: list[str]
    consents: dict[str, ConsentOfRows]
    conflict: str
    write: str
    event_name: str | None


class NewImportMapping(ImportMappingChanges):
    """A mapping for the files of the folder `name`."""

    name: str


class DraftMapping(ImportMappingChanges):
    """A mapping to try out; it needs no name."""

    name: NotRequired[str]
