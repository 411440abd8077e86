"""Read the rows of a file as identities and values."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from crm.domain.attribute import Attribute
from crm.domain.delimited.rows import BadRow, Rows
from crm.domain.gc_pause import without_collecting
from crm.domain.identity import Identity, identity_types
from crm.domain.imports.cell_columns import ColumnCells, Values
from crm.domain.imports.cells import MAX_ATTRIBUTES_BYTES
from crm.domain.imports.cleaned_cells import cleaned
from crm.domain.imports.consents import consent_fillers
from crm.domain.imports.event_fillers import event_fillers
from crm.domain.imports.further_identities import additional_fillers
from crm.domain.imports.parsed_column import Consents, ParsedColumn, values_by_name
from crm.domain.imports.person_fillers import person_fillers
from crm.domain.imports.plan import ReadPlan
from crm.domain.imports.tags import tag_fillers
from crm.domain.imports.target import EVENTS
from crm.domain.json_text import encode

NO_IDENTITY, ROW_TOO_LARGE = "no_identity", "row_too_large"

_BYTES_A_CHARACTER = 6
_NO_IDENTITY = (
    "the row identifies no customer: it needs an e-mail address, a phone number or the id of one customer"
)
_TOO_LARGE = (
    f"the row has too many attributes for one customer: at most {MAX_ATTRIBUTES_BYTES:,} bytes of JSON"
)


_AT_ONCE = 300
"""Rows that are read together: few enough to stay in the processor's cache."""


class ImportRow(NamedTuple):
    """A valid row. `number` and `line` are those of the file, from 1; its cells are `rows.cells[place]`.

    `profile_id`: the customer's profile id, if the row has one; `identities` strongest first, one of a type, and none
    only with that id. `attributes`, and `properties` of an event, are typed, without empty ones. `tags` are names,
    `consents` effects by key. `changed_at` and `at` (of an event) in epoch milliseconds. `order_line`: the fields of
    the row's line of an order. Rows share equal values: do not change them.
    """

    number: int
    line: int
    place: int
    identities: tuple[Identity, ...]
    attributes: dict[str, Any]
    tags: tuple[str, ...]
    consents: Consents
    changed_at: int | None
    event: str
    at: int
    properties: dict[str, Any]
    message_id: str | None
    profile_id: str | None = None
    order_line: Mapping[str, Any] = MappingProxyType({})


class Read(NamedTuple):
    """The result of reading rows.

    `bad`: rejected rows, by number, including those that could not be split into cells. `warnings`: numbers of values
    with a defect, by code. `unread`: how often each word about a consent could not be read, as `column: word`.
    """

    rows: list[ImportRow]
    bad: list[BadRow]
    warnings: Counter[str]
    unread: Counter[str]


class RowReader:
    """Reads rows by a plan, with the same result for any number at a time."""

    def __init__(self, plan: ReadPlan, attributes: Mapping[str, Attribute]) -> None:
        self._plan = plan
        self._strongest_first = identity_types(plan.custom_types)
        self._fill = [
            *person_fillers(plan, attributes),
            *tag_fillers(plan),
            *consent_fillers(plan),
            *event_fillers(plan),
            *additional_fillers(plan, attributes),
        ]

    def read(self, rows: Rows) -> Read:
        """Return all valid rows; each other one is bad for one reason."""
        good: list[ImportRow] = []
        bad, warnings, unread = list(rows.bad), Counter[str](), Counter[str]()
        with without_collecting():
            for first in range(0, len(rows.cells), _AT_ONCE):
                found = self._find(rows.cells[first : first + _AT_ONCE])
                good += self._put_together(rows, found, first)
                bad += _refused(rows, found, first)
                warnings += found.warnings
                unread += found.unread
        return Read(good, sorted(bad, key=_NUMBER), warnings, unread)

    def _find(self, cells: Sequence[Sequence[str]]) -> ParsedColumn:
        columns: list[ColumnCells] = list(zip(*cells, strict=True))
        if not self._plan.own:
            columns = list(map(cleaned, columns))
        found = ParsedColumn(columns, len(cells))
        for fill in self._fill:
            fill(found)
        return found

    def _put_together(self, rows: Rows, found: ParsedColumn, first: int) -> Iterable[ImportRow]:
        filled = found.properties if self._plan.kind == EVENTS else found.attributes
        values = values_by_name(filled, found.count)
        _check_sizes(found, {**filled, **found.lines}, values)
        nothing: Iterator[dict[str, Any]] = repeat({})
        last = first + found.count
        fields: tuple[Iterable[Any], ...] = (
            rows.numbers[first:last],
            rows.lines[first:last],
            range(first, last),
            self._identities(found),
            nothing if self._plan.kind == EVENTS else values,
            found.tags or repeat(self._plan.tags),
            found.consents or repeat(self._plan.consents),
            found.changed_at or repeat(None),
            found.events or repeat(""),
            found.times or repeat(0),
            values if self._plan.kind == EVENTS else nothing,
            found.message_ids or repeat(None),
            found.profile_ids or repeat(None),
            values_by_name(found.lines, found.count) if found.lines else repeat({}),
        )
        made = cast("Iterator[ImportRow]", map(_row, zip(*fields)))  # noqa: B905 - what all have in common has no end
        if not found.problems:
            return made
        return [row for place, row in enumerate(made) if place not in found.problems]

    def _identities(self, found: ParsedColumn) -> list[tuple[Identity, ...]]:
        """Return the identities of each row, strongest first; a row without any is a problem."""
        types = [type_ for type_ in self._strongest_first if found.identities.get(type_)]
        columns = [_identities_of(type_, found.identities[type_]) for type_ in types]
        if columns and not any(None in column for column in columns):
            return list(zip(*columns, strict=True))
        rows = [tuple(filter(None, row)) for row in zip(*columns, strict=True)] or [()] * found.count
        ids = found.profile_ids
        for place, identities in enumerate(rows):
            if not identities and not (ids and ids[place]):
                found.problems.setdefault(place, (NO_IDENTITY, _NO_IDENTITY))
        return rows


_row = partial(tuple.__new__, ImportRow)
_NUMBER = attrgetter("number")


def _refused(rows: Rows, found: ParsedColumn, first: int) -> Iterator[BadRow]:
    for place, (code, message) in found.problems.items():
        at = first + place
        yield BadRow(rows.numbers[at], rows.lines[at], code, message, rows.cells[at], None)


def _identities_of(type_: str, values: Sequence[str | None]) -> Sequence[Identity | None]:
    if None in values:
        return [Identity(type_, value) if value else None for value in values]
    return cast("list[Identity]", list(map(partial(tuple.__new__, Identity), zip(repeat(type_), values))))


def _check_sizes(found: ParsedColumn, columns: Mapping[str, Values], rows: Sequence[dict[str, Any]]) -> None:
    """Measure rows only where the longest cells of all columns could make one too large."""
    most = sum(len(name) + values.longest + 1 for name, values in columns.items())
    if _BYTES_A_CHARACTER * most <= MAX_ATTRIBUTES_BYTES:
        return
    for place, row in enumerate(rows):
        if len(encode(row)) > MAX_ATTRIBUTES_BYTES:
            found.problems.setdefault(place, (ROW_TOO_LARGE, _TOO_LARGE))
