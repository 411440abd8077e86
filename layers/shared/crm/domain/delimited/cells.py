"""Split plain text into cells, by C code as far as possible; return None for irregular text."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.records import MAX_RECORD_LENGTH

if TYPE_CHECKING:
    from _csv import Reader

# Python's limit (128 KB a cell) is global to the process, and so is this one. Records have a limit of their own.
csv.field_size_limit(MAX_RECORD_LENGTH)

_NEVER_TOO_LONG = MAX_RECORD_LENGTH // 4  # characters; UTF-8 has 4 bytes for one at most
_OTHER_LINE_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # to `str.splitlines`, not to a spreadsheet


class SplitCells(NamedTuple):
    """The cells of each record, and the number of lines before it."""

    cells: list[list[str]]
    before: Iterable[int]


def cell_reader(lines: Iterable[str], dialect: Dialect, *, strict: bool = False) -> "Reader":
    """Return a reader of rows of cells, one for each record."""
    if dialect.quote:
        return csv.reader(
            lines,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote,
            skipinitialspace=dialect.skip_initial_space,
            strict=strict,
        )
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quoting=csv.QUOTE_NONE,
        skipinitialspace=dialect.skip_initial_space,
        strict=strict,
    )


def cells_of(text: str, dialect: Dialect) -> list[str]:
    """Return the cells of one record."""
    return next(cell_reader([text], dialect))


def plain_cells(text: str, dialect: Dialect) -> SplitCells | None:
    """Split whole records; return None if a quote breaks the rules, or a record may be too long."""
    if _has_long_lines(text):
        return None
    lines = _lines(text)
    if dialect.quote and dialect.quote in text:
        return _on_one_line(lines, dialect) or _on_many_lines(text, dialect)
    return SplitCells([_split(line, dialect) for line in lines if line], _before(lines))


def _split(line: str, dialect: Dialect) -> list[str]:
    """Split a line without quotes."""
    cells = line.split(dialect.delimiter)
    return [cell.lstrip(" ") for cell in cells] if dialect.skip_initial_space else cells


def _lines(text: str) -> list[str]:
    if any(end in text for end in _OTHER_LINE_ENDS):
        return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    return text.splitlines()


def _before(lines: list[str]) -> Iterable[int]:
    return [number for number, line in enumerate(lines) if line] if "" in lines else range(len(lines))


def _has_long_lines(text: str) -> bool:
    """Return whether a line may be too long: every such line fills a window without a line end."""
    step = _NEVER_TOO_LONG // 2
    windows = range(0, len(text) - step, step)
    return any(text.find("\n", at, at + step) < 0 and text.find("\r", at, at + step) < 0 for at in windows)


def _on_one_line(lines: list[str], dialect: Dialect) -> SplitCells | None:
    """Split the lines if no cell spans several. Most lines have no quotes, and splitting is faster than parsing."""
    quote = dialect.quote
    quoted = [line for line in lines if quote in line]
    try:
        parsed = list(cell_reader(quoted, dialect, strict=True))
    except csv.Error:
        return None
    if len(parsed) != len(quoted):
        return None
    rows = iter(parsed)
    return SplitCells(
        [next(rows) if quote in line else _split(line, dialect) for line in lines if line], _before(lines)
    )


def _on_many_lines(text: str, dialect: Dialect) -> SplitCells | None:
    lines = list(StringIO(text, newline=""))
    rows = cell_reader(lines, dialect, strict=True)
    cells, before, begin = [], [], 0
    try:
        for row in rows:
            if (
                rows.line_num > begin + 1
                and sum(map(_length, lines[begin : rows.line_num])) > _NEVER_TOO_LONG
            ):
                return None
            if row:
                cells.append(row)
                before.append(begin)
            begin = rows.line_num
    except csv.Error:
        return None
    return SplitCells(cells, before)


def _length(line: str) -> int:
    return len(line)
