"""For any bytes, pieces and chunks give the same rows as one pass, and valid files those of Python's csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.delimited.chunks import Chunk, plan_chunks
from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.preamble import preamble_of
from crm.domain.delimited.records import Splitter
from crm.domain.delimited.rows import Rows, read_rows
from tests.support.thoroughness import part_of

QUICKLY = settings(max_examples=part_of(150, least=5), deadline=None)
TOKENS = [
    b"a",
    b"b ",
    b",",
    b'"',
    b'""',
    b',"',
    b', "',
    b" ",
    b'",',
    b"\n",
    b"\r\n",
    b"\r",
    b"\xc3\xa9",
    b"\xff",
    b"\0",
    b"'",
    b"\x0b\xc2\x85",
]
messy = st.lists(st.sampled_from(TOKENS), max_size=60).map(b"".join)
sizes = st.lists(st.integers(1, 12), min_size=1, max_size=30)
dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;"),
    quote=st.sampled_from(('"', '"', "'", "")),
    skip_lines=st.integers(0, 3),
    header=st.booleans(),
    skip_initial_space=st.booleans(),
)


def pieces(data: bytes, lengths: list[int]) -> Iterator[bytes]:
    """Cut bytes repeatedly at these lengths."""
    at = 0
    while at < len(data):
        for length in lengths:
            yield data[at : at + length]
            at += length


def one_pass(data: bytes, dialect: Dialect, columns: int) -> Rows:
    preamble = preamble_of([data], dialect)
    return read_rows(
        data[preamble.end :], dialect, columns=columns, first_line=preamble.lines + 1, first_row=1
    )


def in_chunks(data: bytes, chunks: list[Chunk], dialect: Dialect, columns: int) -> Rows:
    rows = Rows([], [], [], [])
    for start, end, first_line, first_row, count in chunks:
        part = read_rows(
            data[start:end], dialect, columns=columns, first_line=first_line, first_row=first_row
        )
        assert len(part.cells) + len(part.bad) <= count
        assert all(first_row <= number < first_row + count for number in part.numbers)
        rows = Rows(
            rows.cells + part.cells, rows.numbers + part.numbers, rows.lines + part.lines, rows.bad + part.bad
        )
    return rows


@QUICKLY
@given(messy, dialects, sizes, st.integers(1, 80), st.integers(1, 3))
def test_any_chunks_are_read_as_one_pass_reads_them(
    data: bytes, dialect: Dialect, lengths: list[int], target: int, columns: int
) -> None:
    chunks = list(plan_chunks(pieces(data, lengths), dialect, target=target))
    assert chunks == list(plan_chunks([data], dialect, target=target))
    assert in_chunks(data, chunks, dialect, columns) == one_pass(data, dialect, columns)


@QUICKLY
@given(messy, dialects, sizes)
def test_records_do_not_depend_on_how_the_input_is_split(
    data: bytes, dialect: Dialect, lengths: list[int]
) -> None:
    splitter = Splitter(dialect)
    records = [record for piece in pieces(data, lengths) for record in splitter.feed(piece, False)]
    assert records + splitter.feed(b"", True) == Splitter(dialect).feed(data, True)


@QUICKLY
@given(messy, dialects)
def test_records_contain_every_byte_but_line_ends(data: bytes, dialect: Dialect) -> None:
    records = Splitter(dialect).feed(data, True)
    kept = b"".join(record.raw for record in records)
    assert kept.translate(None, b"\r\n") == data.translate(None, b"\r\n")
    assert len(data) - sum(record.size for record in records) <= data.count(b"\n") + data.count(b"\r")


@QUICKLY
@given(messy, dialects, st.integers(1, 3))
def test_an_unreadable_row_does_not_change_other_rows(data: bytes, dialect: Dialect, columns: int) -> None:
    """Rows are read in bulk unless one of them is unusual, such as this first one."""
    usual = read_rows(data, dialect, columns=columns, first_line=2, first_row=2)
    odd, *others = (
        all_rows := read_rows(b"\0\n" + data, dialect, columns=columns, first_line=1, first_row=1)
    ).bad
    assert odd.code == "unreadable_bytes"
    assert all_rows._replace(bad=others) == usual


def is_blank(row: list[str]) -> bool:
    return not "".join(row).strip(" \t\r\n\v\f")


cells = st.text(st.sampled_from("ab ,;\t|\"'\r\n\v\u2028é\U0001f600"), max_size=6)


@QUICKLY
@given(
    st.integers(1, 4).flatmap(
        lambda columns: st.lists(st.lists(cells, min_size=columns, max_size=columns), max_size=8)
    ),
    st.sampled_from(",;\t|"),
    st.sampled_from("\"'"),
    st.sampled_from(("\n", "\r\n", "\r")),
    st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
)
def test_well_formed_files_are_read_as_pythons_csv_reads_them(
    table: list[list[str]], delimiter: str, quote: str, line_end: str, quoting: int
) -> None:
    text = io.StringIO()
    if any(end in cell for row in table for cell in row for end in "\r\n"):
        quoting = csv.QUOTE_ALL  # Python's writer takes only its own line end for one
    csv.writer(
        text, delimiter=delimiter, quotechar=quote, lineterminator=line_end, quoting=quoting  # type: ignore[arg-type]
    ).writerows(table)  # fmt: skip
    reader = csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter, quotechar=quote)
    rows = read_rows(
        text.getvalue().encode(),
        Dialect(delimiter=delimiter, quote=quote, header=False),
        columns=len(table[0]) if table else 1,
        first_line=1,
        first_row=1,
    )
    assert rows.cells == [row for row in reader if not is_blank(row)]
    assert rows.cells == [row for row in table if not is_blank(row)]
    assert rows.bad == []
