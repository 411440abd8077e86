"""The values of columns of some rows, before they are combined row by row."""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, repeat
from operator import setitem

from crm.domain.consent_fields import ConsentEffect
from crm.domain.imports.cell_columns import ColumnCells, Values

INVALID_VALUE, INVALID_EMAIL = "invalid_value", "invalid_email"
INVALID_TAG, INVALID_TIME, MISSING_EVENT = "invalid_tag", "invalid_time", "missing_event"
UNUSABLE_ID = "unusable_id"
"""Warning: an id that broken systems give to everyone, like 0 or null, or one that is too long. It is ignored."""

INCOMPLETE_DATE = "incomplete_date"
"""Warning: a birthday without its year, its month or its day. It is left out."""

UNREADABLE_CONSENT = "unreadable_consent"
"""Warning: a word in a column about a consent that is neither yes nor no. It changes nothing."""

Consents = dict[str, ConsentEffect]


@dataclass(slots=True)
class ParsedColumn:
    """The values of `count` rows whose cells are in `columns`.

    `problems`: code and message by position (from 0), the first of each row. Sequences have an entry for each row,
    and are missing without such a column. `unread`: unreadable words about consents, each behind the name of its
    column. `additional`: by type of identity and position, the further addresses or numbers of a cell.
    """

    columns: Sequence[ColumnCells]
    count: int
    attributes: dict[str, Values] = field(default_factory=dict)
    properties: dict[str, Values] = field(default_factory=dict)
    lines: dict[str, Values] = field(default_factory=dict)
    identities: dict[str, Sequence[str | None]] = field(default_factory=dict)
    profile_ids: Sequence[str | None] | None = None
    tags: Sequence[tuple[str, ...]] | None = None
    consents: Sequence[Consents] | None = None
    changed_at: Sequence[int | None] | None = None
    events: Sequence[str | None] | None = None
    times: Sequence[int | None] | None = None
    message_ids: Sequence[str | None] | None = None
    additional: dict[str, dict[int, tuple[str, ...]]] = field(default_factory=dict)
    problems: dict[int, tuple[str, str]] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    def warn(self, code: str, times: int) -> None:
        """Count a warning."""
        if times:
            self.warnings[code] += times

    def add(self, type_: str, more: Mapping[int, tuple[str, ...]]) -> None:
        """Add further addresses or numbers of cells."""
        additional = self.additional.setdefault(type_, {})
        for place, values in more.items():
            additional[place] = tuple(dict.fromkeys((*additional.get(place, ()), *values)))

    def checked(self, column: str, values: Values, code: str = INVALID_VALUE) -> Values:
        """Return the values, with their problems added."""
        for place, problem in values.wrong.items():
            self.problems.setdefault(place, (code, f"{column} {problem}"))
        return values


Fill = Callable[[ParsedColumn], None]
"""Adds the values of a column."""


def values_by_name(filled: Mapping[str, Values], count: int) -> list[dict[str, object]]:
    """Return for each row its values by name, without empty ones."""
    template = dict.fromkeys(name for name, values in filled.items() if not values.has_gaps)
    rows: list[dict[str, object]] = [template.copy() for _ in range(count)]
    for name, column in filled.items():
        there = [value is not None for value in column.values] if column.has_gaps else None
        owners = compress(rows, there) if there else rows
        values = compress(column.values, there) if there else column.values
        deque(map(setitem, owners, repeat(name), values), maxlen=0)
    return rows
