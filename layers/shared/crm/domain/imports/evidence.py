"""What the cells of a whole file tell of how they are written: the order of days and months, decimal marks, words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import zip_longest
from typing import Any, Self

from crm.domain.imports.cleaned_cells import cleaned
from crm.domain.imports.dates import is_dotted, order_told
from crm.domain.numbers import COMMA, POINT, could_be_thousands, mark_told

MOST_VALUES, OF_ALL, LONGEST_VALUE = 50, 800, 40
"""Different ones that are remembered of a column, and of all columns together; and their characters."""

_SHARES = 50
_BLANKS = " \t"


@dataclass(slots=True)
class ColumnEvidence:
    """How many cells of a column say so: `month_first` and `day_first` of dates like 12/31/2026 and 31/12/2026,
    `dotted` of dates like 31.12.2026; `commas` and `points` of numbers that show their decimal mark, `doubtful` of
    numbers like 1.500 and 1,500. `values`: the first different ones, at `most` so many, and how often they are there.
    """

    month_first: int = 0
    day_first: int = 0
    dotted: int = 0
    commas: int = 0
    points: int = 0
    doubtful: int = 0
    most: int = MOST_VALUES
    values: dict[str, int] = field(default_factory=dict)

    @property
    def is_month_first(self) -> bool | None:
        """What 01/02/2026 is in it; None where nothing tells."""
        return _more(self.month_first, self.day_first)

    @property
    def decimal_mark(self) -> str | None:
        """None where nothing tells."""
        has_commas = _more(self.commas, self.points)
        return None if has_commas is None else COMMA if has_commas else POINT

    def add(self, cells: Iterable[str]) -> None:
        """Cells of further rows."""
        for cell, times in Counter(cells).items():
            text = cell.strip(_BLANKS)
            if not text:
                continue
            if text in self.values or (len(self.values) < self.most and len(text) <= LONGEST_VALUE):
                self.values[text] = self.values.get(text, 0) + times
            if (text[0].isdecimal() or text[-1].isdecimal()) and not text.isdecimal():
                self._count(text, times)

    def samples(self) -> list[str]:
        """The values, each once, and again as often as its share of all is."""
        total = sum(self.values.values())
        return [
            *self.values,
            *(value for value, times in self.values.items() for _ in range(round(_SHARES * times / total))),
        ]

    def _count(self, text: str, times: int) -> None:
        order, mark = order_told(text), mark_told(text)
        self.month_first += times if order is True else 0
        self.day_first += times if order is False else 0
        self.dotted += times if is_dotted(text) else 0
        self.commas += times if mark == COMMA else 0
        self.points += times if mark == POINT else 0
        self.doubtful += times if could_be_thousands(text) else 0


@dataclass(slots=True)
class Evidence:
    """Of the columns (from 0) that it is collected for."""

    columns: dict[int, ColumnEvidence]

    @classmethod
    def of(cls, indexes: Iterable[int], rows: Sequence[Sequence[str]] = ()) -> Self:
        """Of these columns in some rows."""
        listed = list(indexes)
        most = min(MOST_VALUES, OF_ALL // max(1, len(listed)))
        made = cls({index: ColumnEvidence(most=most) for index in listed})
        made.add(list(zip_longest(*rows, fillvalue="")))
        return made

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        """All columns of further rows."""
        for index, evidence in self.columns.items():
            if index < len(columns):
                evidence.add(cleaned(columns[index]))

    def instead_of(self, rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
        """Rows of samples in which these columns have what they hold in the whole file."""
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
        """The same, of cells whose bytes were read as they are, one a character."""
        columns = {
            index: replace(evidence, values=_decoded(evidence.values, encoding))
            for index, evidence in self.columns.items()
        }
        return replace(self, columns=columns)

    def to_record(self) -> dict[str, Any]:
        """Plain JSON."""
        return {str(index): asdict(evidence) for index, evidence in self.columns.items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        return cls({int(index): ColumnEvidence(**counts) for index, counts in record.items()})


def _decoded(values: Mapping[str, int], encoding: str) -> dict[str, int]:
    return {value.encode("latin-1").decode(encoding, "replace"): times for value, times in values.items()}


def _more(first: int, second: int) -> bool | None:
    return None if first == second else first > second


def agreed_month_first(columns: Iterable[ColumnEvidence]) -> bool | None:
    """What all of these columns tell that tell anything: a file is written in one country."""
    told = {column.is_month_first for column in columns} - {None}
    return told.pop() if len(told) == 1 else None


def agreed_decimal_mark(columns: Iterable[ColumnEvidence]) -> str | None:
    """The same of their decimal marks."""
    told = {column.decimal_mark for column in columns} - {None}
    return told.pop() if len(told) == 1 else None
