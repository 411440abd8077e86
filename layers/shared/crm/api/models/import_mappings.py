"""Import mappings: how files are read."""

from typing import Annotated, ClassVar

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.api.models.import_mapping_fields import (
    AddedLists,
    AddedSegments,
    AddedTags,
    ColumnName,
    ColumnPosition,
    ConflictRule,
    DateFormat,
    DecimalMark,
    Delimiter,
    Encoding,
    FileKind,
    MappingDescription,
    MappingName,
    OtherColumns,
    PhoneRegion,
    QuoteCharacter,
    RowEventName,
    SkippedLines,
    TargetKind,
    TargetName,
    TimeZoneName,
    WriteRule,
    YesMeaning,
)
from crm.domain import consent
from crm.domain.imports import mapping, mapping_rules
from crm.domain.imports.target import PROFILES


class MappedColumn(Input):
    """A column of the file, by its header or its position (from 1), and the target that it fills."""

    column: ColumnName | ColumnPosition
    to: TargetKind
    name: TargetName | None = None
    yes: YesMeaning | None = None


class ConsentOfRows(Input):
    """A consent that applies to every customer in the file."""

    state: Annotated[str, Field(json_schema_extra={"enum": [consent.GRANTED, consent.DENIED]})]
    proof: Annotated[str, Field(max_length=consent.MAX_PROOF_LENGTH)] | None = None


_Columns = Annotated[
    list[MappedColumn],
    Field(
        max_length=mapping_rules.MAX_COLUMNS,
        description="Null means that all columns are recognised by name.",
    ),
]
_Consents = Annotated[
    dict[str, ConsentOfRows],
    Field(
        max_length=mapping_rules.MAX_MAPPING_CONSENTS,
        examples=[{"email": {"state": "granted", "proof": "Signed at the fair"}}],
        description="Key: the channel, or `channel:purpose`.",
    ),
]


class MappingFields(Input):
    """How files are read. Fields that are null are detected in each file."""

    kind: FileKind = PROFILES
    description: MappingDescription = ""
    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    quote: QuoteCharacter | None = None
    skip_lines: SkippedLines | None = None
    header: bool | None = Field(default=None, description="Whether the first line names the columns.")
    columns: _Columns = Field(default=[])
    other_columns: OtherColumns = mapping.KEEP
    date_format: DateFormat | None = None
    decimal_mark: DecimalMark | None = None
    phone_region: PhoneRegion | None = None
    time_zone: TimeZoneName | None = None
    tags: AddedTags = Field(default=[])
    lists: AddedLists = Field(default=[])
    segments: AddedSegments = Field(default=[])
    consents: _Consents = Field(default={})
    conflict: ConflictRule = mapping.FILE
    write: WriteRule = mapping.BOTH
    event_name: RowEventName | None = None


class NewImportMapping(MappingFields):
    """A mapping. Its name is that of its folder."""

    EXAMPLE: ClassVar[Properties] = {
        "name": "newsletter",
        "columns": [
            {"column": "E-mail", "to": "identity", "name": "email"},
            {"column": "Town", "to": "attribute", "name": "city"},
        ],
        "tags": ["Newsletter"],
    }

    name: MappingName


class ImportMappingChanges(PartialUpdate, MappingFields):
    """A partial update: omitted fields stay as they are; columns, tags, lists, segments and consents are replaced as a
    whole. The kind cannot be changed.
    """

    EXAMPLE: ClassVar[Properties] = {"tags": ["Newsletter"]}


class ColumnTarget(Output):
    """A column and the target that it fills."""

    column: str | int
    to: str
    name: str | None
    yes: str | None


class ImportedConsent(Output):
    """A consent that applies to every customer in the file."""

    state: str
    proof: str | None = None


class MappingBody(Output):
    """A mapping in the form in which it can be sent."""

    name: str
    kind: str
    description: str
    encoding: str | None
    delimiter: str | None
    quote: str | None
    skip_lines: int | None
    header: bool | None
    columns: list[ColumnTarget]
    other_columns: str
    date_format: str | None
    decimal_mark: str | None
    phone_region: str | None
    time_zone: str | None
    tags: list[str]
    lists: list[str] = Field(default=[])
    segments: list[str] = Field(default=[])
    consents: dict[str, ImportedConsent]
    conflict: str
    write: str
    event_name: str | None


class ImportMapping(MappingBody):
    """A mapping. Each edit creates a new version, which applies to the next files."""

    id: str = Field(description="The same as `name`.")
    version: int
    created_at: Instant


class ImportMappingList(Output):
    """All mappings, by name."""

    mappings: list[ImportMapping]
