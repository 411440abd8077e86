"""Read the rows of a chunk: cells as text, and the rows that cannot be read, with the reason."""

from itertools import compress, repeat
from string import whitespace
from typing import NamedTuple

from crm.domain.delimited.cells import SplitCells, cell_reader, plain_cells
from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.records import (
    MAX_RECORD_LENGTH,
    ROW_TOO_LONG,
    UNCLOSED_QUOTE,
    DelimitedRecord,
    Splitter,
)
from crm.domain.gc_pause import without_collecting

WRONG_COLUMN_COUNT, UNREADABLE_BYTES = "wrong_column_count", "unreadable_bytes"

_BLANK = f"{whitespace}\u00a0\ufeff\u200b\x1a"
"""Invisible characters; the last one ends the files of DOS."""

_MESSAGES = {
    UNREADABLE_BYTES: "the row has bytes that are not valid in the encoding of the file",
    UNCLOSED_QUOTE: "a cell begins with an unclosed quote: close it, or double it if it belongs to the text",
    ROW_TOO_LONG: f"the row is longer than {MAX_RECORD_LENGTH:,} bytes",
}


class BadRow(NamedTuple):
    """A row that cannot be read.

    `raw` is the unchanged record, with U+FFFD for undecodable bytes; `cells` where it has some.
    """

    number: int
    line: int
    code: str
    message: str
    cells: list[str] | None
    raw: str | None


class Rows(NamedTuple):
    """Readable rows with their numbers in the file and the lines they begin on (both from 1), and the bad rows."""

    cells: list[list[str]]
    numbers: list[int]
    lines: list[int]
    bad: list[BadRow]


def read_rows(data: bytes, dialect: Dialect, *, columns: int, first_line: int, first_row: int) -> Rows:
    """Read the rows of whole records: a chunk of `plan_chunks`, whose first line and row have these numbers.

    Rows of blank cells are left out. Empty cells after the last column are dropped; any other number of cells makes
    a bad row. Raises FileError.
    """
    with without_collecting():
        plain = _plain(data, dialect)
        if plain is None:
            return _one_by_one(data, dialect, columns, first_line, first_row)
        cells, before = plain
        numbers = list(range(first_row, first_row + len(cells)))
        lines = [first_line + lines for lines in before]
        return _fitting(_filled(Rows(cells, numbers, lines, [])), columns)


def _plain(data: bytes, dialect: Dialect) -> SplitCells | None:
    """Read a regular chunk; return None if anything is irregular."""
    try:
        text = data.decode(dialect.encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else plain_cells(text, dialect)


def _one_by_one(data: bytes, dialect: Dialect, columns: int, first_line: int, first_row: int) -> Rows:
    texts: list[str] = []
    rows = Rows([], [], [], [])
    for number, record in enumerate(Splitter(dialect, first_line=first_line).feed(data, True), first_row):
        code, text = _text(record, dialect.encoding)
        if code:
            rows.bad.append(BadRow(number, record.line, code, _MESSAGES[code], None, text))
            continue
        texts.append(text)
        rows.numbers.append(number)
        rows.lines.append(record.line)
    return _fitting(_filled(rows._replace(cells=list(cell_reader(texts, dialect)))), columns)


def _text(record: DelimitedRecord, encoding: str) -> tuple[str | None, str]:
    """Return the problem of a record, and its text."""
    if not record.problem and b"\0" not in record.raw:
        try:
            return None, record.raw.decode(encoding)
        except UnicodeDecodeError:
            pass
    text = record.raw.decode(encoding, "replace").replace("\0", "\ufffd")
    return record.problem or UNREADABLE_BYTES, text


def _filled(rows: Rows) -> Rows:
    """Drop rows without any value: spreadsheets write empty rows as delimiters alone."""
    filled = list(map(str.strip, map("".join, rows.cells), repeat(_BLANK)))
    if all(filled):
        return rows
    return Rows(
        list(compress(rows.cells, filled)),
        list(compress(rows.numbers, filled)),
        list(compress(rows.lines, filled)),
        rows.bad,
    )


def _fitting(rows: Rows, columns: int) -> Rows:
    """Return the rows with as many cells as there are columns; the others as bad ones."""
    if all(count == columns for count in set(map(len, rows.cells))):
        return rows
    fitting, bad = Rows([], [], [], []), list(rows.bad)
    for cells, number, line in zip(rows.cells, rows.numbers, rows.lines, strict=True):
        if len(cells) < columns or any(cells[columns:]):
            message = f"the row has {_counted(len(cells))}, but the table has {columns} columns"
            bad.append(BadRow(number, line, WRONG_COLUMN_COUNT, message, cells, None))
            continue
        fitting.cells.append(cells[:columns])
        fitting.numbers.append(number)
        fitting.lines.append(line)
    return fitting._replace(bad=sorted(bad))


def _counted(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells} cells"
