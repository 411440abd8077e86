"""The bytes of a file as text: compressed or not, in any of the encodings, in pieces of any size."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from crm.domain.delimited import text_source
from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.rows import read_rows
from crm.domain.delimited.text_source import looks_gzipped, sample, utf8

TEXT = "name,city\nŻaneta,Łódź 😀\n" * 50


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", "\ufeff"), ("utf-8", ""), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff"), ("utf-16-le", "")],
)
def test_input_is_converted_to_utf8_without_a_byte_order_mark(
    encoding: str, mark: str, gzipped: bool, size: int
) -> None:
    content = (mark + TEXT).encode(encoding)
    file = gzip.compress(content) if gzipped else content
    assert looks_gzipped(file) == gzipped
    assert b"".join(utf8(pieces(file, size), gzipped=gzipped, encoding=encoding)).decode() == TEXT


def test_concatenated_gzip_members_and_trailing_zeros_are_read() -> None:
    file = gzip.compress(b"a,b\n") + gzip.compress(b"c,d\n") + bytes(20)
    for size in (1, 7, 1000):
        assert b"".join(utf8(pieces(file, size), gzipped=True, encoding="utf-8")) == b"a,b\nc,d\n"


def test_a_code_page_is_converted_to_utf8() -> None:
    file = gzip.compress("Łódź".encode("cp1250"))
    assert b"".join(utf8([file], gzipped=True, encoding="cp1250")).decode() == "Łódź"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (
            "a\nb\n".encode("utf-16-le") + b"\x00\xd8" + "c\nd\n".encode("utf-16-le"),
            "utf-16-le",
        ),  # half a pair
        ("a\nb\n".encode("utf-16-be") + b"\x00", "utf-16-be"),  # half a character
        (b"a\nb\n\x81c\nd\n", "cp1252"),
    ],
)
def test_an_undecodable_row_is_reported_with_its_number(content: bytes, encoding: str) -> None:
    text = b"".join(utf8(pieces(content, 3), gzipped=False, encoding=encoding))
    rows = read_rows(text, Dialect(), columns=1, first_line=1, first_row=1)
    assert rows.cells[:2] == [["a"], ["b"]]
    assert [(row.number, row.code) for row in rows.bad] == [(3, "unreadable_bytes")]


@pytest.mark.parametrize("broken", [gzip.compress(b"a,b\n" * 99, mtime=0)[:-9], b"\x1f\x8b no gzip", b""])
def test_a_broken_archive_is_reported(broken: bytes) -> None:
    with pytest.raises(FileError) as refused:
        list(utf8([broken], gzipped=True, encoding="utf-8"))
    assert refused.value.code == "broken_gzip"


def test_an_archive_over_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_source, "MAX_FILE_BYTES", 10_000_000)
    bomb = gzip.compress(bytes(50_000_000))
    text = utf8([bomb], gzipped=True, encoding="utf-8")
    read = [len(next(text)) for _ in range(2)]
    assert sum(read) <= 10_000_000
    with pytest.raises(FileError, match="more than 10,000,000 bytes"):
        list(text)


def test_a_sample_is_taken_of_the_decompressed_file() -> None:
    file = gzip.compress(TEXT.encode() * 1000)
    assert sample(pieces(file, 100), True) == (TEXT.encode() * 1000)[: text_source.SAMPLE]
    assert sample([b"a,b", b"\n"], False) == b"a,b\n"
