"""A workbook of one sheet, written row by row, so that memory does not grow with it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.domain.exports.cells import cell

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_575
"""Maximum rows of a sheet below the header."""

MAX_CELL_LENGTH = 32_767
"""Maximum UTF-16 code units in a cell."""

CUT = " ... [cut]"
_EXACT = 10**15
"""Whole numbers from here on are rounded by Excel, which keeps 15 digits."""

_WIDTH = 18


def write_workbook(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write at most MAX_ROWS rows; return in how many cells a text was too long and was cut, with CUT at its end."""
    from xlsxwriter import Workbook

    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    with Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Customers")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(columns) - 1, 0), _WIDTH)
        bold = book.add_format({"bold": True})
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name, bold)
        return sum(_write_row(sheet, number, values) for number, values in enumerate(rows, 1))


def _write_row(sheet: "Worksheet", number: int, values: Sequence[Any]) -> int:
    cut = 0
    for at, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(number, at, value)
        elif isinstance(value, int | float) and abs(value) < _EXACT:
            sheet.write_number(number, at, value)
        else:
            text, whole = _fitting(cell(value))
            sheet.write_string(number, at, text)
            cut += not whole
    return cut


def _fitting(text: str) -> tuple[str, bool]:
    """Return the part of a text that fits in a cell, and whether that is all of it."""
    if len(text) * 2 <= MAX_CELL_LENGTH:
        return text, True
    units = text.encode("utf-16-le")
    if len(units) <= MAX_CELL_LENGTH * 2:
        return text, True
    kept = units[: (MAX_CELL_LENGTH - len(CUT)) * 2].decode("utf-16-le", errors="ignore")
    return kept + CUT, False
