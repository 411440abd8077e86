"""Types of the fields of import mappings: dialect, columns, and what is written for the rows."""

from typing import Annotated

from pydantic import Field

from crm.domain import attribute, consent, tag
from crm.domain.delimited import dialect
from crm.domain.imports import mapping, mapping_rules
from crm.domain.imports.target import EVENTS, FILE_KINDS, NAMED_TARGETS, OF_KIND, PROFILES

MappingName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=50,
        pattern="^[a-z0-9][a-z0-9_-]*$",
        examples=["newsletter"],
        description="Name of the mapping. It applies to files in `imports/<name>/`.",
    ),
]
FileKind = Annotated[
    str,
    Field(
        json_schema_extra={"enum": list(FILE_KINDS)},
        description="What a row describes: a customer, or an event of a customer.",
    ),
]
MappingDescription = Annotated[str, Field(max_length=mapping_rules.MAX_MAPPING_DESCRIPTION_LENGTH)]
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
QuoteCharacter = Annotated[
    str, Field(json_schema_extra={"enum": list(dialect.QUOTES)}, description="Empty if no cells are quoted.")
]
SkippedLines = Annotated[
    int,
    Field(
        ge=0,
        le=mapping_rules.MAX_SKIPPED,
        description="Number of lines before the header, or before the rows.",
    ),
]
ColumnName = Annotated[str, Field(min_length=1, max_length=mapping_rules.MAX_COLUMN_LENGTH)]
ColumnPosition = Annotated[int, Field(ge=1, le=mapping_rules.MAX_COLUMNS)]
TargetKind = Annotated[
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
YesMeaning = Annotated[
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
PhoneRegion = Annotated[
    str,
    Field(
        pattern="^[A-Za-z]{2}$",
        examples=["DE"],
        description="Country of national phone numbers. Null means the deployment's.",
    ),
]
TimeZoneName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        examples=["Europe/Berlin"],
        description="Time zone of times without an offset. Null means the deployment's.",
    ),
]
AddedTags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=tag.MAX_NAME_LENGTH)]],
    Field(
        max_length=mapping_rules.MAX_MAPPING_TAGS,
        description="Tags to add to every customer in the file. Tags that do not exist are created.",
    ),
]
_NameOrId = Annotated[str, Field(min_length=1, max_length=200)]
AddedLists = Annotated[
    list[_NameOrId],
    Field(
        max_length=mapping_rules.MAX_MAPPING_LISTS,
        description="Lists to add every customer in the file to, by name or id.",
    ),
]
AddedSegments = Annotated[
    list[_NameOrId],
    Field(
        max_length=mapping_rules.MAX_MAPPING_SEGMENTS,
        description=(
            "Segments to put every customer in the file into, by name or id, regardless of their conditions."
        ),
    ),
]
ConflictRule = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [mapping.FILE, mapping.EXISTING, mapping.NEWER]},
        description=(
            "Which value wins if a customer has a different one: the file's, the existing one, or the newer one by the "
            "column that fills `changed_at`."
        ),
    ),
]
WriteRule = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [mapping.BOTH, mapping.CREATE, mapping.UPDATE]},
        description="Whether to create new customers, update existing ones, or both.",
    ),
]
RowEventName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=mapping_rules.MAX_EVENT_LENGTH,
        examples=["Order Completed"],
        description="The event name of every row, in files of events without a column for it.",
    ),
]
