"""Previews of imports: how the beginning of a file would be read."""

from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag

from crm.api.models.base import Input, Instant, Output, Properties
from crm.api.models.import_mapping_fields import MappingName
from crm.api.models.import_mappings import MappingBody, MappingFields

FileKey = Annotated[
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

    name: MappingName = "draft"


def _named_or_drafted(value: Any) -> str:
    return "<name>" if isinstance(value, str) else "<draft>"


Mapping = Annotated[
    Annotated[MappingName, Tag("<name>")] | Annotated[DraftMapping, Tag("<draft>")],
    Discriminator(_named_or_drafted),
    Field(
        description=(
            "The name of a stored mapping, or an inline mapping. Null means the mapping of the key's folder, if there "
            "is one."
        )
    ),
]


class PreviewRequest(Input):
    """The file to preview: exactly one of `key` and `content`."""

    EXAMPLE: ClassVar[Properties] = {"key": "imports/customers.csv"}

    key: FileKey | None = None
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
