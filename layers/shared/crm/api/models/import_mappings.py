"""Import mappings: how files are read."""

from typing import Annotated, ClassVar

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.domain import attribute, consent, tag
from crm.domain.delimited import dialect
from crm.domain.imports import mapping, mapping_rules
from crm.domain.imports.target import EVENTS, FILE_KINDS, NAMED_TARGETS, OF_KIND, PROFILES

Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=50,
        pattern="^[a-z0-9][a-z0-9_-]*$",
        examples=["newsletter"],
        description="Name of the mapping. It applies to files in `imports/<name>/`.",
    ),
]
_Kind = Annotated[
    str,
    Field(
        json_schema_extra={"enum": list(FILE_KINDS)},
        description="What a row describes: a customer, or an event of a customer.",
    ),
]
_Description = Annotated[str, Field(max_length=mapping_rules.MAX_MAPPING_DESCRIPTION_LENGTH)]
Encoding = Annotated[
    str,
    Field(
        min_length=1,
        max_length=30,
        examples=["cp1252"],
        description=(
            "Any text encoding that Python supports, by any of its names: utf-8, cp1252, iso8859-2, cp932..."
        ),
    ),
]
Delimiter = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1,
        examples=[";"],
        description="An ASCII character other than a letter, digit, quote or line end.",
    ),
]
Quote = Annotated[
    str, Field(json_schema_extra={"enum": list(dialect.QUOTES)}, description="Empty if no cells are quoted.")
]
Skipped = Annotated[
    int,
    Field(
        ge=0,
        le=mapping_rules.MAX_SKIPPED,
        description="Number of lines before the header, or before the rows.",
    ),
]
ColumnName = Annotated[str, Field(min_length=1, max_length=mapping_rules.MAX_COLUMN_LENGTH)]
ColumnPlace = Annotated[int, Field(ge=1, le=mapping_rules.MAX_COLUMNS)]
To = Annotated[
    str,
    Field(
        json_schema_extra={"enum": list(dict.fromkeys((*OF_KIND[PROFILES], *OF_KIND[EVENTS])))},
        description="Target of the column. For customers: " + ", ".join(OF_KIND[PROFILES]) + ". "
        "For events: " + ", ".join(OF_KIND[EVENTS]) + ".",
    ),
]
TargetName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.MAX_ATTRIBUTE_NAME_LENGTH,
        description=f"Name of the target, for {', '.join(NAMED_TARGETS)}. An attribute must be declared.",
    ),
]
Yes = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [consent.GRANTED, consent.DENIED]},
        description="What a yes in a consent column means: `denied` for a column such as `Unsubscribed`.",
    ),
]
OtherColumns = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [mapping.KEEP, mapping.IGNORE_OTHERS]},
        description=(
            "How to treat columns that are not listed: recognise them by name and keep the others, or ignore "
            "them."
        ),
    ),
]
DateFormat = Annotated[str, Field(min_length=1, max_length=30, examples=["DD.MM.YYYY"])]
DecimalMark = Annotated[str, Field(json_schema_extra={"enum": [".", ","]})]
Region = Annotated[
    str,
    Field(
        pattern="^[A-Za-z]{2}$",
        examples=["DE"],
        description="Country of national phone numbers. Null means the deployment's.",
    ),
]
Zone = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        examples=["Europe/Berlin"],
        description="Time zone of times without an offset. Null means the deployment's.",
    ),
]
_Tags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=tag.MAX_NAME_LENGTH)]],
    Field(
        max_length=mapping_rules.MAX_MAPPING_TAGS,
        description="Tags to add to every customer in the file. Tags that do not exist are created.",
    ),
]
_NameOrId = Annotated[str, Field(min_length=1, max_length=200)]
Lists = Annotated[
    list[_NameOrId],
    Field(
        max_length=mapping_rules.MAX_MAPPING_LISTS,
        description="Lists to add every customer in the file to, by name or id.",
    ),
]
_Segments = Annotated[
    list[_NameOrId],
    Field(
        max_length=mapping_rules.MAX_MAPPING_SEGMENTS,
        description=(
            "Segments to put every customer in the file into, by name or id, regardless of their conditions."
        ),
    ),
]
_Conflict = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [mapping.FILE, mapping.EXISTING, mapping.NEWER]},
        description=(
            "Which value wins if a customer has a different one: the file's, the existing one, or the newer one by the "
            "column that fills `changed_at`."
        ),
    ),
]
Write = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [mapping.BOTH, mapping.CREATE, mapping.UPDATE]},
        description="Whether to create new customers, update existing ones, or both.",
    ),
]
_EventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=mapping_rules.MAX_EVENT_LENGTH,
        examples=["Order Completed"],
        description="The event name of every row, in files of events without a column for it.",
    ),
]


class MappedColumn(Input):
    """A column of the file, by its header or its position (from 1), and the target that it fills."""

    column: ColumnName | ColumnPlace
    to: To
    name: TargetName | None = None
    yes: Yes | None = None


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

    kind: _Kind = PROFILES
    description: _Description = ""
    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    quote: Quote | None = None
    skip_lines: Skipped | None = None
    header: bool | None = Field(default=None, description="Whether the first line names the columns.")
    columns: _Columns = Field(default=[])
    other_columns: OtherColumns = mapping.KEEP
    date_format: DateFormat | None = None
    decimal_mark: DecimalMark | None = None
    phone_region: Region | None = None
    time_zone: Zone | None = None
    tags: _Tags = Field(default=[])
    lists: Lists = Field(default=[])
    segments: _Segments = Field(default=[])
    consents: _Consents = Field(default={})
    conflict: _Conflict = mapping.FILE
    write: Write = mapping.BOTH
    event_name: _EventName | None = None


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

    name: Name


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
