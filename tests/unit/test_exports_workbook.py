"""Workbooks of exports, read back by another library."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from crm.domain.exports.workbook import CUT, MAX_CELL_LENGTH, write_workbook


def read(path: Path) -> list[list[Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True)
    try:
        return [list(row) for row in book["Customers"].iter_rows(values_only=True)]
    finally:
        book.close()


def written(folder: Path, *values: Any) -> tuple[list[Any], int]:
    """Write one row of values, and return the row that is read and the number of cut values."""
    path = folder / "book.xlsx"
    columns = [f"column {number}" for number in range(len(values))]
    cut = write_workbook(path, columns, [list(values)])
    header, row = read(path)
    assert header == columns
    return row, cut


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "@SUM(1)",
        "0049 30 123",
        "12345678901234567890",
        "https://example.com",
        "#N/A",
        "Müller \uff1d1",
        "two\nlines",
        " blanks ",
        7,
        -0.5,
        0,
        True,
        False,
        None,
    ],
)
def test_a_value_keeps_its_type(tmp_path: Path, value: Any) -> None:
    row, cut = written(tmp_path, value, "behind it")
    assert (row[0], type(row[0]), cut) == (value, type(value), 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**17 + 1, "100000000000000001"),
        (1e300, "1e+300"),
        (["VIP", "new"], "VIP;new"),
        ({"a": 1}, '{"a":1}'),
    ],
)
def test_a_value_that_a_cell_cannot_represent_is_written_as_text(
    tmp_path: Path, value: Any, text: str
) -> None:
    assert written(tmp_path, value)[0] == [text]


@pytest.mark.parametrize("letter", ["a", "𝄞", "é"])
def test_a_text_that_is_too_long_is_cut_and_counted(tmp_path: Path, letter: str) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    fitting = letter * (MAX_CELL_LENGTH // units)
    row, cut = written(tmp_path, fitting, fitting + letter)
    assert (row[0], cut) == (fitting, 1)
    assert row[1].endswith(CUT)
    assert fitting.startswith(row[1].removesuffix(CUT))
    assert MAX_CELL_LENGTH - 1 <= len(row[1].encode("utf-16-le")) // 2 <= MAX_CELL_LENGTH


def test_rows_keep_their_order(tmp_path: Path) -> None:
    rows = [[number, f"text {number}"] for number in range(2_000)]
    write_workbook(tmp_path / "book.xlsx", ["number", "text"], rows)
    assert read(tmp_path / "book.xlsx")[1:] == rows
