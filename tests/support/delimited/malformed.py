"""Malformed files, with the rows that are still read and the problems that are reported."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Iterator

from crm.domain.delimited.dialect import Dialect
from tests.support.delimited.corpus import (
    Sample,
    one_column,
    other_quotes,
    well_formed,
    with_text_in_front,
    without_header,
)

HEADER = ["id", "email", "note"]
_FIRST, _LAST = ["1", "ann@example.com", "x"], ["9", "zoe@example.com", "z"]
HUGE = 5 * 1024 * 1024
_ENOUGH = 40


def corpus() -> Iterator[Sample]:
    """Build all files of the corpus."""
    yield from well_formed()
    yield from with_text_in_front()
    yield from without_header()
    yield from one_column()
    yield from other_quotes()
    yield from with_bad_rows()
    yield from trailing_delimiters()
    yield from refused()


def with_bad_rows() -> Iterator[Sample]:
    """Build files with good rows around one or several bad ones."""
    quote, count, unreadable, long = (
        "unclosed_quote",
        "wrong_column_count",
        "unreadable_bytes",
        "row_too_long",
    )
    huge = "x" * HUGE
    middles: dict[str, tuple[str | bytes, list[str]]] = {
        "too few cells": ("2,bob@example.com\n", [count]),
        "too many cells": ("2,bob@example.com,y,more\n", [count]),
        "ragged": ("2\n3,c@example.com,x,y,z\n4,d@example.com\n", [count] * 3),
        "an open quote": ('2,bob@example.com,"never closed\n', [quote]),
        "an open quote in front of a quoted row": ('2,"bob\n"3","c@example.com","x"y"\n', [quote, ""]),
        "a NUL": ("2,bob@example.com,\0\n", [unreadable]),
        "half a character": (b"2,bob@example.com,\xc3\xa9 \xc3\n", [unreadable]),
        "a cell of 5 MB": (f"2,bob@example.com,{huge}\n", [long]),
        "a quoted cell of 5 MB with lines": (f'2,b@example.com,"{huge}\n{huge[:99]}"\n', [long]),
    }
    for name, (middle, codes) in middles.items():
        yield _between(name, middle, codes)
    yield _between("an open quote at the end", "", [], end='10,"end')


def _between(name: str, middle: str | bytes, codes: list[str], end: str = "") -> Sample:
    before = [[str(n), f"p{n}@example.com", "é"] for n in range(_ENOUGH)]
    rows = [*before, _FIRST, _LAST]
    head = "".join(",".join(row) + "\n" for row in [HEADER, *before, _FIRST])
    raw = middle if isinstance(middle, bytes) else middle.encode()
    at = len(before) + 2
    bad = [(at + n, code) for n, code in enumerate(codes) if code]
    if "" in codes:
        rows.insert(at - 1, ["3", "c@example.com", 'xy"'])
    if end:
        bad.append((len(rows) + 1, "unclosed_quote"))
    content = head.encode() + raw + (",".join(_LAST) + "\n" + end).encode()
    return Sample(name=name, content=content, header=HEADER, rows=rows, bad=bad)


def trailing_delimiters() -> Iterator[Sample]:
    """Build files with delimiters at the end of each line, of the rows, or of the header alone."""
    rows = [_FIRST, _LAST]
    for name, of_header, of_rows in (("all", ";;", ";;"), ("rows", "", ";"), ("header", ";", "")):
        lines = [";".join(HEADER) + of_header, *(";".join(row) + of_rows for row in rows)]
        yield Sample(
            name=f"trailing delimiters: {name}",
            content="\r\n".join(lines).encode(),
            dialect=Dialect(delimiter=";"),
            header=HEADER,
            rows=rows,
        )


def refused() -> Iterator[Sample]:
    """Build files that are refused: without text, without a table, or empty."""
    contents = {
        "empty_file": (b"", b"\n\r\n\n", b"\xef\xbb\xbf", b"\xff\xfe", "\ufeff\r\n\r\n".encode("utf-16-le")),
        "spreadsheet": (_workbook("xl/workbook.xml"), _open_document(), b"\xd0\xcf\x11\xe0" + bytes(512)),
        "not_text": (
            _workbook("notes.txt"),
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            b"\x89PNG\r\n\x1a\n" + bytes(100),
            gzip.compress(b"a,b\n", mtime=0),
            random.Random(1).randbytes(5000),
        ),
        "not_a_table": (b"<html><table>", b'<?xml version="1.0"?>\n', b'[{"email": "ann@example.com"}]'),
        "no_columns": (b",,,\n,,,\n",),
        "unknown_encoding": (b"a,b\n" + _no_words(),),
    }  # fmt: skip
    for code, files in contents.items():
        for number, content in enumerate(files):
            yield Sample(name=f"{code} {number}", content=content, error=code)


def _no_words() -> bytes:
    drawn = random.Random(2)
    return b"".join(bytes(drawn.choices(range(0xA0, 0x100), k=9)) + b",x\n" for _ in range(99))


def _workbook(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "<workbook/>")
    return content.getvalue()


def _open_document() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return content.getvalue()
