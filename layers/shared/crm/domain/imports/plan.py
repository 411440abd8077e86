"""How the rows of one file are read: each of its columns, with what was given or found out about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Self
from zoneinfo import ZoneInfo

from crm.domain.attribute import DATE, DATETIME, NUMBER, Attribute
from crm.domain.imports.candidate import SURE
from crm.domain.imports.column_aliases import consent_asked_by
from crm.domain.imports.column_targets import check, suggest
from crm.domain.imports.columns import Suggestion
from crm.domain.imports.dates import DateReader, month_first
from crm.domain.imports.genders import GENDER, has_spanish_letters
from crm.domain.imports.headings import Headings
from crm.domain.imports.mapping import ImportMapping
from crm.domain.imports.numbers import decimal_mark, looks_like_numbers
from crm.domain.imports.target import ATTRIBUTE, CHANGED_AT, LINE, PROPERTY, TIME, Target

__all__ = ["Column", "ReadPlan", "read_plan", "suggest"]


@dataclass(frozen=True, slots=True)
class Column:
    """`index` from 0. `number`: whether a property is one. `decimal_mark`: None where each number tells its own.

    `m_is_female`: letters of genders are Spanish. `consent`: what it says, too, where it is kept as an attribute
    but called as a column about a consent: what its first cells do not show, a later one may.
    """

    index: int
    name: str
    target: Target
    decimal_mark: str | None = None
    number: bool = False
    m_is_female: bool = False
    consent: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    """`columns`: all of the file's, in its order. `tags` and `consents` hold for every row.

    `own`: the file is an export of ours, whose cells are as we wrote them. `month_first`: whether 01/02/2026 is in
    January; None where nothing tells. `today`: the day on which it is read, as a date.
    """

    kind: str
    columns: tuple[Column, ...]
    date_format: str | None
    month_first: bool | None
    phone_region: str | None
    time_zone: str
    custom_types: tuple[str, ...]
    tags: tuple[str, ...]
    consents: Mapping[str, dict[str, Any]]
    event_name: str | None
    own: bool = False
    today: str | None = None

    def filling(self, *targets: str) -> list[Column]:
        """The columns that fill one of these."""
        return [column for column in self.columns if column.target.to in targets]

    @property
    def dates(self) -> DateReader:
        today = date.fromisoformat(self.today) if self.today else None
        return DateReader(self.date_format, self.month_first, ZoneInfo(self.time_zone), today)

    def to_record(self) -> dict[str, Any]:
        """Plain JSON."""
        columns = [
            asdict(column)
            | {"target": column.target.to_record(), "consent": column.consent and column.consent.to_record()}
            for column in self.columns
        ]
        names = (name for name in self.__dataclass_fields__ if name != "columns")
        return {name: getattr(self, name) for name in names} | {
            "columns": columns,
            "custom_types": list(self.custom_types),
            "tags": list(self.tags),
            "consents": dict(self.consents),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        columns = [_column_from(column) for column in record["columns"]]
        lists = {name: tuple(record[name]) for name in ("custom_types", "tags")}
        return cls(**{**record, **lists, "columns": tuple(columns)})


def _column_from(record: Mapping[str, Any]) -> Column:
    consent = record.get("consent")
    targets = {
        "target": Target.from_record(record["target"]),
        "consent": Target.from_record(consent) if consent else None,
    }
    return Column(**{**record, **targets})


def read_plan(
    mapping: ImportMapping,
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    attributes: Mapping[str, Attribute],
    custom_types: Sequence[str],
    *,
    phone_region: str | None = None,
    time_zone: str = "UTC",
) -> ReadPlan:
    """By a mapping, for a file with this header and these rows; `phone_region` and `time_zone` are the deployment's.

    Raises InvalidInputError: `unknown_column`, `no_identity_column`, `no_time_column`, `no_event_column`,
    `no_changed_at_column`, `column_twice`, `unknown_identity`, `archived_attribute`.
    """
    found = suggest(mapping, header, samples, attributes, custom_types)
    targets = [suggestion.target for suggestion in found]
    check(mapping, header, targets, attributes)
    cells = [
        [row[index] for row in samples if index < len(row) and row[index].strip()]
        for index in range(len(header))
    ]
    columns = [
        _column(
            Column(index, suggestion.column, suggestion.target, consent=_consent_beside(suggestion)),
            mapping.decimal_mark,
            attributes,
            cells[index],
        )
        for index, suggestion in enumerate(found)
    ]
    return ReadPlan(
        kind=mapping.kind,
        columns=tuple(columns),
        date_format=mapping.date_format,
        month_first=_told_month_first(
            cells[column.index] for column in columns if _is_dated(column, attributes)
        ),
        phone_region=mapping.phone_region or phone_region,
        time_zone=mapping.time_zone or time_zone,
        custom_types=tuple(custom_types),
        tags=mapping.tags,
        consents=mapping.consents,
        event_name=mapping.event_name,
        own=Headings.of(header, samples, attributes, custom_types).own,
    )


def _column(
    column: Column, mark: str | None, attributes: Mapping[str, Attribute], cells: Sequence[str]
) -> Column:
    number = column.target.to in (PROPERTY, LINE) and looks_like_numbers(cells, mark)
    if number or _type_of(column, attributes) == NUMBER:
        return replace(column, decimal_mark=mark or decimal_mark(cells), number=number)
    if column.target.to == ATTRIBUTE and column.target.name == GENDER:
        return replace(column, m_is_female=has_spanish_letters(cells))
    return column


def _consent_beside(suggestion: Suggestion) -> Target | None:
    found = suggestion.target.to == ATTRIBUTE and suggestion.confidence < SURE
    return consent_asked_by(suggestion.column) if found else None


def _is_dated(column: Column, attributes: Mapping[str, Attribute]) -> bool:
    return column.target.to in (TIME, CHANGED_AT) or _type_of(column, attributes) in (DATE, DATETIME)


def _type_of(column: Column, attributes: Mapping[str, Attribute]) -> str | None:
    attribute = attributes.get(column.target.name or "") if column.target.to == ATTRIBUTE else None
    return attribute.type if attribute else None


def _told_month_first(columns: Iterable[Sequence[str]]) -> bool | None:
    """A file is written in one country: what one column tells holds for all, unless another tells otherwise."""
    told = {answer for cells in columns if (answer := month_first(cells)) is not None}
    return told.pop() if len(told) == 1 else None
