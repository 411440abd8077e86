"""Import mappings: how files are read."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from crm.api.models.base import Input, Instant, Output
from crm.domain import attribute, consent, tag
from crm.domain.delimited import dialect
from crm.domain.imports import mapping, mapping_rules
from crm.domain.imports.target import EVENTS, KINDS, NAMED, OF_KIND, PROFILES

Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=50,
        pattern="^[a-z0-9][a-z0-9_-]*$",
        examples=["newsletter"],
        description="What is dropped into `imports/<name>/` is read by it.",
    ),
]
Kind = Annotated[
    str,
    Field(
        json_schema_extra={"enum": list(KINDS)},
        description="What a row is: a customer, or something that a customer did.",
    ),
]
Description = Annotated[str, Field(max_length=mapping_rules.LONGEST_DESCRIPTION)]
Encoding = Annotated[
    str,
    Field(
        min_length=1,
        max_length=30,
        examples=["cp1252"],
        description="Any encoding of text that Python knows, by any of its names: utf-8, cp1252, iso8859-2, cp932...",
    ),
]
Delimiter = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1,
        examples=[";"],
        description="An ASCII character that is no letter, digit, quote or line end.",
    ),
]
Quote = Annotated[
    str, Field(json_schema_extra={"enum": list(dialect.QUOTES)}, description="Empty where nothing is quoted.")
]
Skipped = Annotated[
    int,
    Field(ge=0, le=mapping_rules.MOST_SKIPPED, description="Lines before the header, or before the rows."),
]
ColumnName = Annotated[str, Field(min_length=1, max_length=mapping_rules.LONGEST_COLUMN)]
ColumnPlace = Annotated[int, Field(ge=1, le=mapping_rules.MOST_COLUMNS)]
To = Annotated[
    str,
    Field(
        json_schema_extra={"enum": list(dict.fromkeys((*OF_KIND[PROFILES], *OF_KIND[EVENTS])))},
        description="What the column fills. Customers: " + ", ".join(OF_KIND[PROFILES]) + ". "
        "Events: " + ", ".join(OF_KIND[EVENTS]) + ".",
    ),
]
TargetName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=attribute.LONGEST_NAME,
        description=f"For {', '.join(NAMED)}: which one. An attribute must be declared.",
    ),
]
Yes = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [consent.GRANTED, consent.DENIED]},
        description="What a yes in a consent's column says: `denied` in one like `Unsubscribed`.",
    ),
]
OtherColumns = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [mapping.KEEP, mapping.IGNORE_OTHERS]},
        description="Columns that are not named here: recognised by their names and kept, or ignored.",
    ),
]
DateFormat = Annotated[str, Field(min_length=1, max_length=30, examples=["DD.MM.YYYY"])]
DecimalMark = Annotated[str, Field(json_schema_extra={"enum": [".", ","]})]
Region = Annotated[
    str,
    Field(
        pattern="^[A-Za-z]{2}$",
        examples=["DE"],
        description="The country whose national phone numbers these are. Null: the deployment's.",
    ),
]
Zone = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        examples=["Europe/Berlin"],
        description="Of times without an offset. Null: the deployment's.",
    ),
]
Tags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=tag.LONGEST_NAME)]],
    Field(
        max_length=mapping_rules.MOST_TAGS, description="Of every customer in the file; new ones are made."
    ),
]
NameOrId = Annotated[str, Field(min_length=1, max_length=200)]
Lists = Annotated[
    list[NameOrId],
    Field(
        max_length=mapping_rules.MOST_LISTS,
        description="By name or id: every customer in the file is put on these lists.",
    ),
]
Segments = Annotated[
    list[NameOrId],
    Field(
        max_length=mapping_rules.MOST_SEGMENTS,
        description="By name or id: every customer in the file is put into these segments, whatever they say.",
    ),
]
Conflict = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [mapping.FILE, mapping.EXISTING, mapping.NEWER]},
        description="Who wins where a customer has another value: the file, what exists, or what is newer by the "
        "column that fills `changed_at`.",
    ),
]
Write = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [mapping.BOTH, mapping.CREATE, mapping.UPDATE]},
        description="Whether new customers are made, known ones updated, or both.",
    ),
]
EventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=mapping_rules.LONGEST_EVENT,
        examples=["Order Completed"],
        description="Of every row, in files of events without a column for it.",
    ),
]


class MappedColumn(Input):
    """A column of the file, by its header or its place from 1, and what it fills."""

    column: ColumnName | ColumnPlace
    to: To
    name: TargetName | None = None
    yes: Yes | None = None


class ConsentOfRows(Input):
    """What every customer in the file has said."""

    state: Annotated[str, Field(json_schema_extra={"enum": [consent.GRANTED, consent.DENIED]})]
    proof: Annotated[str, Field(max_length=consent.LONGEST_PROOF)] | None = None


Columns = Annotated[
    list[MappedColumn],
    Field(max_length=mapping_rules.MOST_COLUMNS, description="None: all are recognised by their names."),
]
Consents = Annotated[
    dict[str, ConsentOfRows],
    Field(
        max_length=mapping_rules.MOST_CONSENTS,
        examples=[{"email": {"state": "granted", "proof": "Signed at the fair"}}],
        description="By channel, or `channel:purpose`.",
    ),
]


class MappingFields(Input):
    """How files are read. What is null is detected in each file."""

    kind: Kind = PROFILES
    description: Description = ""
    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    quote: Quote | None = None
    skip_lines: Skipped | None = None
    header: bool | None = Field(default=None, description="Whether the first line names the columns.")
    columns: Columns = Field(default=[])
    other_columns: OtherColumns = mapping.KEEP
    date_format: DateFormat | None = None
    decimal_mark: DecimalMark | None = None
    phone_region: Region | None = None
    time_zone: Zone | None = None
    tags: Tags = Field(default=[])
    lists: Lists = Field(default=[])
    segments: Segments = Field(default=[])
    consents: Consents = Field(default={})
    conflict: Conflict = mapping.FILE
    write: Write = mapping.BOTH
    event_name: EventName | None = None


class NewImportMapping(MappingFields):
    """A mapping by its name, which is that of its folder."""

    name: Name


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class ImportMappingChanges(MappingFields):
    """Only what is given changes; columns, tags, lists, segments and consents are replaced as a whole. The kind is
    fixed."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class ColumnTarget(Output):
    """A column, and what it fills."""

    column: str | int
    to: str
    name: str | None
    yes: str | None


class ConsentSaid(Output):
    """What every customer in the file has said."""

    state: str
    proof: str | None = None


class MappingBody(Output):
    """A mapping as it can be sent."""

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
    consents: dict[str, ConsentSaid]
    conflict: str
    write: str
    event_name: str | None


class ImportMapping(MappingBody):
    """How files are read. Each edit makes a new version, by which the next files are read."""

    id: str = Field(description="Its name, again.")
    version: int
    created_at: Instant


class ImportMappingList(Output):
    """Every mapping, by name."""

    mappings: list[ImportMapping]
