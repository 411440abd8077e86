"""The rows of a chunk, and the errors of rows that cannot be read."""

from __future__ import annotations

import pytest

from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.records import MAX_OPEN, MAX_RECORD_LENGTH, DelimitedRecord, Splitter
from crm.domain.delimited.rows import BadRow, Rows, read_rows


def read(text: str | bytes, columns: int = 2, dialect: Dialect = Dialect()) -> Rows:  # noqa: B008
    data = text.encode() if isinstance(text, str) else text
    return read_rows(data, dialect, columns=columns, first_line=2, first_row=1)


def test_rows_have_their_row_and_line_numbers() -> None:
    rows = read('a,1\n\n"b\nb",2\r\nc,"3"\r\r"d ""x""",4')
    assert rows.cells == [["a", "1"], ["b\nb", "2"], ["c", "3"], ['d "x"', "4"]]
    assert rows.numbers == [1, 2, 3, 4]
    assert rows.lines == [2, 4, 6, 8]
    assert rows.bad == []


def test_empty_input_has_no_rows() -> None:
    assert read("") == read("\n\r\n\r") == Rows([], [], [], [])


def test_empty_cells_after_the_last_column_are_dropped() -> None:
    assert read("a,1,,\nb,2\nc,3,\n").cells == [["a", "1"], ["b", "2"], ["c", "3"]]
    assert read("a,\n").cells == [["a", ""]]


def test_rows_of_blank_cells_are_skipped() -> None:
    rows = read('a,1\n,\n , \t\n"",""\n,,,\n   \n\u00a0,\u200b\nb,2\n\x1a')
    assert rows.cells == [["a", "1"], ["b", "2"]]
    assert rows.numbers == [1, 8]
    assert rows.lines == [2, 9]
    assert rows.bad == []
    assert read('a,1\n,\nb,"2\nx,y').numbers == [1, 4]


def test_spaces_before_quotes_are_skipped() -> None:
    spaced = Dialect(skip_initial_space=True)
    rows = read('ann, "Smith, Ann"\n "b" ,  "two\nlines"\n c,   d\n', dialect=spaced)
    assert rows.cells == [["ann", "Smith, Ann"], ["b ", "two\nlines"], ["c", "d"]]
    assert read('a, "b, c"\n').bad[0].code == "wrong_column_count"


def test_rows_with_too_few_or_too_many_cells_are_reported() -> None:
    rows = read("a,1\nb\nc,3,4\n")
    assert rows.cells == [["a", "1"]]
    assert rows.bad == [
        BadRow(2, 3, "wrong_column_count", "the row has 1 cell, but the table has 2 columns", ["b"], None),
        BadRow(
            3,
            4,
            "wrong_column_count",
            "the row has 3 cells, but the table has 2 columns",
            ["c", "3", "4"],
            None,
        ),
    ]


def test_undecodable_bytes_are_reported() -> None:
    rows = read(b"a,1\nb\xff,2\n\0c,3\nd,4\n")
    assert rows.cells == [["a", "1"], ["d", "4"]]
    assert [(bad.number, bad.line, bad.code, bad.raw) for bad in rows.bad] == [
        (2, 3, "unreadable_bytes", "b\ufffd,2"),
        (3, 4, "unreadable_bytes", "\ufffdc,3"),
    ]
    assert read(b"a,\x81\n", dialect=Dialect(encoding="cp1252")).bad[0].code == "unreadable_bytes"


def test_an_unclosed_quote_loses_only_its_own_line() -> None:
    rows = read('a,1\nb,"2\nc,3\n')
    assert rows.cells == [["a", "1"], ["c", "3"]]
    assert [(bad.number, bad.line, bad.code, bad.raw) for bad in rows.bad] == [
        (2, 3, "unclosed_quote", 'b,"2')
    ]


def test_a_stray_quote_loses_only_its_own_row() -> None:
    rows = read('a,"1\nb,2\n"c",3\nd,"4"\n')
    assert rows.cells == [["b", "2"], ["c", "3"], ["d", "4"]]
    assert [bad.number for bad in rows.bad] == [1]


def test_quotes_inside_cells_are_text() -> None:
    assert read('a,5" or 6"\nit\'s,"x"y\n').cells == [["a", '5" or 6"'], ["it's", "xy"]]
    assert read('"a,1\n', dialect=Dialect(quote="")).cells == [['"a', "1"]]


def test_unusual_line_separators_are_text() -> None:
    assert read("a\v\f\x1c\x85\u2028b,1\n").cells == [["a\v\f\x1c\x85\u2028b", "1"]]


def test_a_row_that_is_too_long_is_reported() -> None:
    long = "x" * MAX_RECORD_LENGTH
    for row in (f"b,{long}", f'b,"{long}"', 'b,"' + "x\n" * (MAX_RECORD_LENGTH // 2) + '"'):
        rows = read(f"a,1\n{row}\nc,3\n")
        assert rows.cells == [["a", "1"], ["c", "3"]]
        assert [(bad.number, bad.code, bad.raw) for bad in rows.bad] == [(2, "row_too_long", row)]
    assert not read("b," + long[:-2]).bad


def test_a_cell_longer_than_pythons_own_limit_is_read() -> None:
    cell = "x" * 500_000
    assert read(f'a,"{cell}"\n').cells == [["a", cell]]


def test_an_open_quote_is_given_up_after_a_limit() -> None:
    splitter = Splitter(Dialect())
    records = splitter.feed(b'a,"1\n', False)
    line = b"b," + b"2" * 9_997
    for _ in range(MAX_OPEN // 1_000_000 + 2):
        records += splitter.feed((line + b"\n") * 100, False)
    assert records[0] == DelimitedRecord(b'a,"1', 1, 5, "unclosed_quote")
    assert records[1] == DelimitedRecord(line, 2, 10_000)
    assert splitter.feed(b'"c",3\n', True)[-1].problem is None


def test_a_line_that_is_too_long_refuses_the_file() -> None:
    with pytest.raises(FileError) as refused:
        Splitter(Dialect()).feed(b"x" * (MAX_OPEN + 3), False)
    assert refused.value.code == "line_too_long"


def test_utf16_input_must_be_converted_first() -> None:
    with pytest.raises(ValueError, match="must be converted to UTF-8"):
        Splitter(Dialect(encoding="utf-16-le"))
