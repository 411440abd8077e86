"""Fillers for columns about people: identities and attributes."""

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import reduce

from crm.domain.attribute import DATE, NUMBER, TEXT, Attribute
from crm.domain.exports.cells import as_typed
from crm.domain.identity import EMAIL, PHONE, normalise
from crm.domain.imports.aliases import keys_of
from crm.domain.imports.cell_columns import (
    ColumnCells,
    ReadPlain,
    read_plain,
    read_texts,
)
from crm.domain.imports.cells import (
    BIRTHDAY,
    MAX_ATTRIBUTES_BYTES,
    CachedReader,
    attribute_reader,
    is_blank,
    join_cells,
    read_profile_id,
)
from crm.domain.imports.cleaned_cells import without_hidden
from crm.domain.imports.contacts import read_emails, read_phones
from crm.domain.imports.dates import NO_YEAR, is_incomplete, plain_dates
from crm.domain.imports.genders import in_words
from crm.domain.imports.numbers import plain_numbers
from crm.domain.imports.parsed_column import (
    INCOMPLETE_DATE,
    INVALID_EMAIL,
    INVALID_VALUE,
    UNUSABLE_ID,
    Fill,
    ParsedColumn,
)
from crm.domain.imports.plan import Column, ReadPlan
from crm.domain.imports.spreadsheet_damage import DAMAGED_ID, is_rounded, without_fraction
from crm.domain.imports.target import (
    ATTRIBUTE,
    IDENTITY,
    PROFILE_ID,
    PROFILES,
)
from crm.domain.numbers import COMMA
from crm.domain.value_types import MAX_TEXT_LENGTH

_WITH_COUNTRY = frozenset({"sms", "whatsapp"})
"""Columns in which numbers begin with a country, also without a +."""


def person_fillers(plan: ReadPlan, attributes: Mapping[str, Attribute]) -> Iterator[Fill]:
    """Yield fillers for identities and attributes; columns that are joined to one text share one."""
    for column in plan.filling(PROFILE_ID):
        yield _profile_id(column)
    for column in plan.filling(IDENTITY):
        yield _identity(column, plan)
    named: dict[str, list[Column]] = {}
    for column in plan.filling(ATTRIBUTE):
        named.setdefault(column.target.name or "", []).append(column)
    for name, columns in named.items():
        yield _attribute(name, columns, attributes.get(name), plan)


def _profile_id(column: Column) -> Fill:
    def fill(found: ParsedColumn) -> None:
        cells = found.columns[column.index]
        found.profile_ids = ids = list(map(read_profile_id, cells))
        unusable = sum(id_ is None and not is_blank(cell) for id_, cell in zip(ids, cells, strict=True))
        found.warn(UNUSABLE_ID, unusable)

    return fill


def _identity(column: Column, plan: ReadPlan) -> Fill:
    if column.target.name == EMAIL:
        return _email(EMAIL, column, plan, INVALID_EMAIL)
    if column.target.name == PHONE:
        return _phone(PHONE, column, plan)
    return _id(column.target.name or "", column, plan.placeholders)


def _id(type_: str, column: Column, placeholders: Container[str]) -> Fill:
    def read(cell: str) -> str | None:
        text = without_hidden(as_typed(cell)).strip().removeprefix("'")
        if is_rounded(text):
            return None
        identity = normalise(type_, without_fraction(text), placeholders=placeholders)
        return identity.value if identity else None

    def fill(found: ParsedColumn) -> None:
        cells = found.columns[column.index]
        ids = [read(cell) for cell in cells]
        found.identities[type_] = ids
        unusable = [cell for id_, cell in zip(ids, cells, strict=True) if id_ is None and not is_blank(cell)]
        rounded = sum(is_rounded(as_typed(cell)) for cell in unusable)
        fractions = sum(cell.endswith(".0") and without_fraction(cell) != cell for cell in cells)
        found.warn(DAMAGED_ID, rounded + fractions)
        found.warn(UNUSABLE_ID, len(unusable) - rounded)

    return fill


def _email(name: str, column: Column, plan: ReadPlan, code: str) -> Fill:
    def fill(found: ParsedColumn) -> None:
        values, more = read_emails(found.columns[column.index], plan.placeholders)
        found.checked(column.name, values, code)
        if column.target.to == IDENTITY:
            found.identities[EMAIL] = values.values
            found.add(EMAIL, more)
        if plan.kind == PROFILES:
            found.attributes[name] = values

    return fill


def _phone(name: str, column: Column, plan: ReadPlan) -> Fill:
    coded = not _WITH_COUNTRY.isdisjoint(keys_of(column.name))

    def fill(found: ParsedColumn) -> None:
        cells = found.columns[column.index]
        values, numbers, more = read_phones(
            cells, plan.phone_region, found.warnings, plan.placeholders, coded=coded
        )
        found.checked(column.name, values)
        found.add(PHONE, more)
        if column.target.to == IDENTITY:
            found.identities[PHONE] = numbers
        if plan.kind == PROFILES:
            found.attributes[name] = values

    return fill


def _attribute(name: str, columns: Sequence[Column], attribute: Attribute | None, plan: ReadPlan) -> Fill:
    column = columns[0]
    if attribute and attribute.format:
        return (
            _email(name, column, plan, INVALID_VALUE)
            if attribute.format == EMAIL
            else _phone(name, column, plan)
        )
    if attribute and attribute.type != TEXT:
        return _typed(name, column, attribute, plan)
    longest = MAX_TEXT_LENGTH if attribute else MAX_ATTRIBUTES_BYTES

    def fill(found: ParsedColumn) -> None:
        cells = _joined([found.columns[one.index] for one in columns])
        found.attributes[name] = found.checked(column.name, read_texts(cells, longest))

    return fill


def _joined(columns: Sequence[ColumnCells]) -> ColumnCells:
    if len(columns) == 1:
        return columns[0]
    return [reduce(join_cells, map(as_typed, cells)) for cells in zip(*columns, strict=True)]


def _typed(name: str, column: Column, attribute: Attribute, plan: ReadPlan) -> Fill:
    read = attribute_reader(attribute, plan.dates, column.decimal_mark)
    written = in_words if column.m_is_female else as_typed
    known: CachedReader[str, object] = CachedReader(lambda cell: read(written(cell)))
    plain = _plain_reader(attribute, column, plan)

    def fill(found: ParsedColumn) -> None:
        cells = found.columns[column.index]
        if name == BIRTHDAY:
            cells = _complete(found, cells)
        values = read_plain(cells, plain, known)
        found.attributes[name] = found.checked(column.name, values)
        known.trim()

    return fill


def _complete(found: ParsedColumn, cells: ColumnCells) -> ColumnCells:
    filled = list(filter(None, cells))
    if plain_dates(filled) is not None and NO_YEAR not in "|".join(filled):
        return cells
    dated = ["" if is_incomplete(cell) else cell for cell in cells]
    found.warn(INCOMPLETE_DATE, sum(before != after for before, after in zip(cells, dated, strict=True)))
    return dated


def _plain_reader(attribute: Attribute, column: Column, plan: ReadPlan) -> ReadPlain | None:
    if attribute.type == NUMBER and column.decimal_mark != COMMA:
        return plain_numbers
    return plain_dates if attribute.type == DATE and plan.date_format is None else None
