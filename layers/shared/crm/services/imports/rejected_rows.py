"""Write rejected rows as CSV, each with its error, ready to be corrected and dropped again."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from crm.domain.delimited.rows import UNREADABLE_BYTES, BadRow
from crm.domain.exports.cells import neutralised
from crm.services.imports.import_file import ImportFile

_ADDED = ("import_line", "import_code", "import_error")
"""Columns at the end of each row: its line in the file, and its error."""

_BOM = "\ufeff"


def head_of(file: ImportFile) -> bytes:
    """Return the text before the rows: the lines before the table, and its header.

    A file without a header gets one with numbered columns, unless its mapping declares that its files have none.
    """
    before = (_BOM + neutralised(file.skipped)).encode()
    if file.declared_headless:
        return before
    names = [column.name for column in file.plan.columns]
    return before + _csv([[*map(neutralised, _without_added(names, file)), *_ADDED]], file)


def rejected_rows(bad: Iterable[BadRow], file: ImportFile) -> bytes:
    """Return the rows as the report contains them, in UTF-8."""
    rows = [
        [
            *map(neutralised, _without_added(_cells(row, file), file)),
            str(row.line),
            row.code,
            neutralised(row.message),
        ]
        for row in bad
    ]
    return _csv(rows, file)


def _cells(row: BadRow, file: ImportFile) -> list[str]:
    if row.cells is not None:
        return row.cells
    raw = row.raw or ""
    if row.code == UNREADABLE_BYTES:
        text = StringIO(raw, newline="")
        return next(csv.reader(text, delimiter=file.dialect.delimiter, quotechar=file.dialect.quote or '"'))
    # If quotes or lengths violate the dialect, cells are the texts between delimiters.
    return raw.split(file.dialect.delimiter)


def _without_added(cells: Sequence[str], file: ImportFile) -> list[str]:
    """Return the cells without the columns that a former report added."""
    names = [column.name for column in file.plan.columns]
    if len(cells) != len(names):
        return list(cells)
    return [cell for cell, name in zip(cells, names, strict=True) if name not in _ADDED]


def _csv(rows: Iterable[Sequence[str]], file: ImportFile) -> bytes:
    text = StringIO()
    quote = file.found.quote or '"'
    csv.writer(text, delimiter=file.found.delimiter, quotechar=quote).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
