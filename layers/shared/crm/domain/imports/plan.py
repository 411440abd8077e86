"""The plan by which the rows of one file are read: each column, with its given or detected formats."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from crm.domain.attribute import BOOLEAN, CHOICE, DATE, DATETIME, NUMBER, Attribute
from crm.domain.consent_fields import ConsentEffect
from crm.domain.imports.aliases import is_a_status
from crm.domain.imports.candidate import SURE
from crm.domain.imports.column_aliases import consent_named_by
from crm.domain.imports.column_headers import ColumnHeaders
from crm.domain.imports.column_targets import check_targets, suggest
from crm.domain.imports.columns import Suggestion
from crm.domain.imports.consent_words import consent_meaning
from crm.domain.imports.dates import DateReader
from crm.domain.imports.evidence import (
    ColumnEvidence,
    FileEvidence,
    agreed_decimal_mark,
    agreed_month_first,
)
from crm.domain.imports.genders import GENDER, has_spanish_letters
from crm.domain.imports.mapping import ImportMapping
from crm.domain.imports.numbers import looks_like_numbers
from crm.domain.imports.samples import are_about_a_list
from crm.domain.imports.target import ATTRIBUTE, CHANGED_AT, CONSENT, LINE, PROPERTY, TIME, Target
from crm.domain.numbers import COMMA, POINT

__all__ = ["Column", "ReadPlan", "open_columns", "read_plan", "suggest"]

DECIMAL_MARK_GUESSED = "decimal_mark_guessed"
"""Warning: numbers like 1.500 or 1,500, without any other number that shows the decimal mark."""

NO_EVIDENCE = ColumnEvidence()
_OPEN_TARGETS = (TIME, CHANGED_AT, PROPERTY, LINE, CONSENT)
_OPEN_TYPES = (DATE, DATETIME, NUMBER, BOOLEAN, CHOICE)


_CODES = frozenset({"sku", "product_id", "variant", "barcode", "name", "brand"})
"""Fields of lines that are texts even where they look like numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the plan. `index` from 0. `number`: whether a property is one.

    `decimal_mark`: None where each number shows its own. `doubtful`: how many of its numbers, like 1.500, are
    guessed. `date_format`: of its dates, if known or detected. `words`: the meanings of its known words, where it
    holds yes or no. `about_a_list`: words like `active` mean a subscription in it. `m_is_female`: letters of genders
    are Spanish. `consent`: the consent of a column that is kept as an attribute but named like one about a consent:
    later cells may show what the first do not.
    """

    index: int
    name: str
    target: Target
    decimal_mark: str | None = None
    number: bool = False
    doubtful: int = 0
    date_format: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    m_is_female: bool = False
    about_a_list: bool = True
    consent: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    """The plan for one file.

    `columns`: all of the file's, in order. `tags` and `consents` apply to every row. `own`: the file is an export of
    this project, whose cells are unchanged. `month_first`: whether 01/02/2026 is in January; None without evidence.
    `today`: the day on which it is read, as a date. `placeholders`: values, in lower case, that identify nothing in
    this deployment.
    """

    kind: str
    columns: tuple[Column, ...]
    date_format: str | None
    month_first: bool | None
    phone_region: str | None
    time_zone: str
    custom_types: tuple[str, ...]
    tags: tuple[str, ...]
    consents: Mapping[str, ConsentEffect]
    event_name: str | None
    own: bool = False
    today: str | None = None
    placeholders: tuple[str, ...] = ()

    def filling(self, *targets: str) -> list[Column]:
        """Return the columns with one of these targets."""
        return [column for column in self.columns if column.target.to in targets]

    @property
    def doubts(self) -> dict[str, int]:
        """Return warnings about all rows."""
        doubtful = sum(column.doubtful for column in self.columns)
        return {DECIMAL_MARK_GUESSED: doubtful} if doubtful else {}

    @property
    def dates(self) -> DateReader:
        """Return the reader of dates."""
        today = date.fromisoformat(self.today) if self.today else None
        return DateReader(self.date_format, self.month_first, ZoneInfo(self.time_zone), today)


def read_plan(
    mapping: ImportMapping,
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    attributes: Mapping[str, Attribute],
    custom_types: Sequence[str],
    *,
    phone_region: str | None = None,
    time_zone: str = "UTC",
    placeholders: Collection[str] = (),
    delimiter: str = ",",
    evidence: FileEvidence | None = None,
) -> ReadPlan:
    """Make the plan by a mapping, for a file with this header and these rows.

    `phone_region`, `time_zone` and `placeholders` are the deployment's. `evidence`: of all rows of the file, where
    more is known than the samples. Raises InvalidInputError: `unknown_column`, `no_identity_column`,
    `no_time_column`, `no_event_column`, `no_changed_at_column`, `column_twice`, `unknown_identity`,
    `archived_attribute`.
    """
    if evidence is None:
        evidence = FileEvidence.of(range(len(header)), samples)
    else:
        samples = evidence.instead_of(samples, len(header))
    found = suggest(mapping, header, samples, attributes, custom_types)
    targets = [suggestion.target for suggestion in found]
    check_targets(mapping, header, targets, attributes)
    columns = [
        Column(index, suggestion.column, suggestion.target, consent=_consent_of_status(suggestion))
        for index, suggestion in enumerate(found)
    ]
    known = [(column, evidence.columns.get(column.index, NO_EVIDENCE)) for column in columns]
    own = ColumnHeaders.of(header, samples, attributes, custom_types).own
    formats = _formats_of_file(mapping, known, attributes, own=own, delimiter=delimiter)
    return ReadPlan(
        kind=mapping.kind,
        columns=tuple(_column(column, formats, attributes, each) for column, each in known),
        date_format=mapping.date_format,
        month_first=formats.month_first,
        phone_region=mapping.phone_region or phone_region,
        time_zone=mapping.time_zone or time_zone,
        custom_types=tuple(custom_types),
        tags=mapping.tags,
        consents=mapping.consents,
        event_name=mapping.event_name,
        own=own,
        placeholders=tuple(sorted(placeholders)),
    )


def open_columns(
    mapping: ImportMapping,
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
    attributes: Mapping[str, Attribute],
    custom_types: Sequence[str],
) -> list[int]:
    """Return the columns (from 0) for which all rows of the file can show more than its first ones.

    Raises InvalidInputError as `read_plan` does.
    """
    by_cells = suggest(mapping, header, samples, attributes, custom_types)
    by_name = suggest(mapping, header, [], attributes, custom_types)
    columns = [
        [Column(index, each.column, each.target, consent=_consent_of_status(each)) for each in both]
        for index, both in enumerate(zip(by_cells, by_name, strict=True))
    ]
    return [index for index, both in enumerate(columns) if any(_is_open(each, attributes) for each in both)]


def _is_open(column: Column, attributes: Mapping[str, Attribute]) -> bool:
    return (
        column.target.to in _OPEN_TARGETS
        or column.consent is not None
        or _type_of(column, attributes) in _OPEN_TYPES
    )


@dataclass(frozen=True, slots=True)
class _GivenFormats:
    """The formats of the whole file.

    `given`: the mapping's decimal mark; `in_others`: that of the columns which show one; `has_commas`: whether the
    file seems to be from a country with a decimal comma; `date_format`: the mapping's; `month_first`: the order that
    its dates show.
    """

    given: str | None
    in_others: str | None
    has_commas: bool
    date_format: str | None
    month_first: bool | None

    @property
    def format(self) -> str | None:
        """Return the format of dates in which the order of day and month is ambiguous."""
        if self.date_format or self.month_first is None:
            return self.date_format
        return "MM/DD/YYYY" if self.month_first else "DD/MM/YYYY"


def _formats_of_file(
    mapping: ImportMapping,
    known: Sequence[tuple[Column, ColumnEvidence]],
    attributes: Mapping[str, Attribute],
    *,
    own: bool,
    delimiter: str,
) -> _GivenFormats:
    """Return the formats that the mapping gives, or that the columns of the file agree on."""
    dated = [each for column, each in known if column.target.to == CONSENT or _is_dated(column, attributes)]
    return _GivenFormats(
        mapping.decimal_mark or (POINT if own else None),
        agreed_decimal_mark(each for column, each in known if _is_numeric(column, attributes)),
        has_commas=delimiter == ";" or any(each.dotted for each in dated),
        date_format=mapping.date_format,
        month_first=agreed_month_first(dated),
    )


def _column(
    column: Column, formats: _GivenFormats, attributes: Mapping[str, Attribute], evidence: ColumnEvidence
) -> Column:
    type_ = _type_of(column, attributes)
    number = _can_be_number(column.target) and looks_like_numbers(
        list(evidence.values), formats.given or evidence.decimal_mark
    )
    if number or type_ == NUMBER:
        return _number(replace(column, number=number), formats, evidence)
    if _is_dated(column, attributes):
        return replace(column, date_format=formats.format)
    if column.target.to == CONSENT or column.consent or type_ == BOOLEAN:
        meanings = {value.casefold(): consent_meaning(value) for value in evidence.values}
        return replace(
            column,
            words={word: meaning for word, meaning in meanings.items() if meaning},
            about_a_list=not is_a_status(column.name) or are_about_a_list(list(evidence.values)),
        )
    if column.target.to == ATTRIBUTE and column.target.name == GENDER:
        return replace(column, m_is_female=has_spanish_letters(evidence.values, column.name))
    return column


def _number(column: Column, formats: _GivenFormats, evidence: ColumnEvidence) -> Column:
    """Choose the decimal mark by the mapping, else by the column's numbers, else by other columns; else guess it."""
    known = formats.given or evidence.decimal_mark or formats.in_others
    if known or not evidence.doubtful:
        return replace(column, decimal_mark=known)
    return replace(column, decimal_mark=COMMA if formats.has_commas else POINT, doubtful=evidence.doubtful)


def _consent_of_status(suggestion: Suggestion) -> Target | None:
    found = suggestion.target.to == ATTRIBUTE and suggestion.confidence < SURE
    return consent_named_by(suggestion.column) if found else None


def _can_be_number(target: Target) -> bool:
    return target.to == PROPERTY or (target.to == LINE and target.name not in _CODES)


def _is_dated(column: Column, attributes: Mapping[str, Attribute]) -> bool:
    return column.target.to in (TIME, CHANGED_AT) or _type_of(column, attributes) in (DATE, DATETIME)


def _is_numeric(column: Column, attributes: Mapping[str, Attribute]) -> bool:
    return column.target.to in (PROPERTY, LINE) or _type_of(column, attributes) == NUMBER


def _type_of(column: Column, attributes: Mapping[str, Attribute]) -> str | None:
    attribute = attributes.get(column.target.name or "") if column.target.to == ATTRIBUTE else None
    return attribute.type if attribute else None
