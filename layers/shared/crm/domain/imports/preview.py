"""A preview: the beginning of a file, read as an import would read it."""

from dataclasses import dataclass

from crm.domain.delimited.detection import Detected
from crm.domain.delimited.rows import Rows
from crm.domain.imports.columns import Suggestion
from crm.domain.imports.mapping import ImportMapping
from crm.domain.imports.preview_estimate import PreviewWarning
from crm.domain.imports.read_rows import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """The beginning of a file, unpacked; `whole`: it is all of it. `size`: of the file, in bytes, if known."""

    text: bytes
    whole: bool
    key: str | None = None
    name: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A preview.

    `rows`: those of the sample, unchanged; `read`: their values. `mapping`: the one to import it by.
    """

    file: Beginning
    detected: Detected
    columns: list[Suggestion]
    rows: Rows
    read: Read
    problems: list[PreviewWarning]
    mapping: ImportMapping
