"""Evidence from all cells of a file about its formats: the order of days and months, decimal marks, words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, Self

from crm.domain.imports.cleaned_cells import cleaned
from crm.domain.imports.dates import is_dotted, month_comes_first
from crm.domain.numbers import COMMA, POINT, could_be_thousands, decimal_mark_of
from crm.domain.stored_record import from_record, to_record

_MAX_VALUES, OF_ALL, MAX_VALUE_LENGTH = 50, 800, 40
"""Maximum different values that are remembered of a column, and of all columns together; and their characters."""

_SHARES = 50
_BLANKS = " \t"


@dataclass(slots=True)
class ColumnEvidence:
    """Numbers of a column's cells by what they show.

    `month_first` and `day_first` of dates like 12/31/2026 and 31/12/2026, `dotted` of dates like 31.12.2026; `commas`
    and `points` of numbers that show their decimal mark, `doubtful` of numbers like 1.500 and 1,500. `values`: the
    first different ones, at most `most`, with their frequency.
    """

    month_first: int = 0
    day_first: int = 0
    dotted: int = 0
    commas: int = 0
    points: int = 0
    doubtful: int = 0
    most: int = _MAX_VALUES
    values: dict[str, int] = field(default_factory=dict)

    @property
    def is_month_first(self) -> bool | None:
        """Return the order that 01/02/2026 has in the column; None without evidence."""
        return _more(self.month_first, self.day_first)

    @property
    def decimal_mark(self) -> str | None:
        """Return the decimal mark; None without evidence."""
        has_commas = _more(self.commas, self.points)
        return None if has_commas is None else COMMA if has_commas else POINT

    def add(self, cells: Iterable[str]) -> None:
        """Add the cells of further rows."""
        for cell, times in Counter(cells).items():
            text = cell.strip(_BLANKS)
            if not text:
                continue
            if text in self.values or (len(self.values) < self.most and len(text) <= MAX_VALUE_LENGTH):
                self.values[text] = self.values.get(text, 0) + times
            if (text[0].isdecimal() or text[-1].isdecimal()) and not text.isdecimal():
                self._count(text, times)

    def samples(self) -> list[str]:
        """Return the values, each once, and again in proportion to its frequency."""
        total = sum(self.values.values())
        return [
            *self.values,
            *(value for value, times in self.values.items() for _ in range(round(_SHARES * times / total))),
        ]

    def _count(self, text: str, times: int) -> None:
        order, mark = month_comes_first(text), decimal_mark_of(text)
        self.month_first += times if order is True else 0
        self.day_first += times if order is False else 0
        self.dotted += times if is_dotted(text) else 0
        self.commas += times if mark == COMMA else 0
        self.points += times if mark == POINT else 0
        self.doubtful += times if could_be_thousands(text) else 0


@dataclass(slots=True)
class FileEvidence:
    """The evidence of the columns (from 0) for which it is collected."""

    columns: dict[int, ColumnEvidence]

    @classmethod
    def of(cls, indexes: Iterable[int], rows: Sequence[Sequence[str]] = ()) -> Self:
        """Collect the evidence of these columns in some rows."""
        listed = list(indexes)
        most = min(_MAX_VALUES, OF_ALL // max(1, len(listed)))
        made = cls({index: ColumnEvidence(most=most) for index in listed})
        made.add(list(zip_longest(*rows, fillvalue="")))
        return made

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        """Add all columns of further rows."""
        for index, evidence in self.columns.items():
            if index < len(columns):
                evidence.add(cleaned(columns[index]))

    def instead_of(self, rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
        """Return rows of samples in which these columns have their values from the whole file."""
        found = {index: evidence.samples() for index, evidence in self.columns.items()}
        count = max(len(rows), *map(len, found.values()), 0)
        made = [
            [*rows[place], *[""] * width][:width] if place < len(rows) else [""] * width
            for place in range(count)
        ]
        for index, samples in found.items():
            for place, row in enumerate(made):
                row[index] = samples[place] if place < len(samples) else ""
        return made

    def decoded(self, encoding: str) -> Self:
        """Return the evidence decoded: its cells were read as one character for each byte."""
        columns = {
            index: replace(evidence, values=_decoded(evidence.values, encoding))
            for index, evidence in self.columns.items()
        }
        return replace(self, columns=columns)

    def to_record(self) -> dict[str, Any]:
        """Convert the evidence to plain JSON."""
        return {str(index): to_record(evidence) for index, evidence in self.columns.items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Restore the evidence from its stored form."""
        return cls({int(index): from_record(ColumnEvidence, counts) for index, counts in record.items()})


def _decoded(values: Mapping[str, int], encoding: str) -> dict[str, int]:
    return {value.encode("latin-1").decode(encoding, "replace"): times for value, times in values.items()}


def _more(first: int, second: int) -> bool | None:
    return None if first == second else first > second


def agreed_month_first(columns: Iterable[ColumnEvidence]) -> bool | None:
    """Return the order that all conclusive columns agree on: a file is written in one country."""
    orders = {column.is_month_first for column in columns} - {None}
    return orders.pop() if len(orders) == 1 else None


def agreed_decimal_mark(columns: Iterable[ColumnEvidence]) -> str | None:
    """Return the decimal mark that all conclusive columns agree on."""
    marks = {column.decimal_mark for column in columns} - {None}
    return marks.pop() if len(marks) == 1 else None
