"""Chunks of a file: whole records, in one pass, in constant memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

from crm.domain.delimited.chunks import Chunk, plan_chunks
from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.preamble import Preamble, preamble_of
from tests.support.thoroughness import part_of

BLOCK = b'Ann,ann@example.com,"Main Street 1, Berlin"\r\nBob,bob@example.com,\r\n' * 10_000


def generated(blocks: int) -> Iterator[bytes]:
    yield b"name,email,address\r\n"
    for _ in range(blocks):
        yield bytes(bytearray(BLOCK))  # a copy: what a stream gives is not kept by it


def test_chunks_contain_whole_records_with_their_positions() -> None:
    text = b'\xef\xbb\xbfReport\n\na,b\n1,"x\ny"\n\n2,z\n3,z\n'
    chunks = list(plan_chunks([text], Dialect(bom=3, skip_lines=1), target=9))
    assert [text[chunk.start : chunk.end] for chunk in chunks] == [b'1,"x\ny"\n\n', b"2,z\n3,z\n"]
    assert [chunk[2:] for chunk in chunks] == [(4, 1, 1), (7, 2, 2)]


def test_a_record_longer_than_a_chunk_is_a_chunk_of_its_own() -> None:
    text = b"a,b\n" + b"1," + b"x" * 50 + b"\n2,y\n3,z\n"
    assert [chunk.rows for chunk in plan_chunks([text], Dialect(), target=10)] == [1, 2]


def test_a_file_with_only_a_header_has_no_chunks() -> None:
    for text in (b"a,b", b"a,b\n", b"a,b\n\n\r\n", b""):
        assert list(plan_chunks([text], Dialect(), target=10)) == []
    assert list(plan_chunks([b"a,b\n"], Dialect(skip_lines=9), target=10)) == []
    assert list(plan_chunks([b"a,b\n"], Dialect(header=False), target=10)) == [Chunk(0, 4, 1, 1, 1)]


def test_the_preamble_is_the_text_before_the_rows() -> None:
    text = b'\xef\xbb\xbftitle\n\n"a\nb",c\n1,2\n'
    dialect = Dialect(bom=3, skip_lines=1)
    assert preamble_of([text], dialect) == Preamble(18, b'title\n\n"a\nb",c\n', 4)
    assert preamble_of((bytes([byte]) for byte in text), dialect) == preamble_of([text], dialect)
    assert preamble_of([text], Dialect(bom=3, skip_lines=2, header=False)) == Preamble(10, b"title\n\n", 2)


def test_reading_the_preamble_stops_at_the_first_row() -> None:
    pieces = generated(5)
    preamble_of(pieces, Dialect())
    assert len(list(pieces)) >= 4


def test_memory_does_not_grow_with_the_file() -> None:
    times = part_of(8, least=3)
    small, large = (_planned(blocks) for blocks in (2, 2 * times))
    assert large[0] == times * small[0]
    assert large[1] < 1.3 * small[1]


def _planned(blocks: int) -> tuple[int, int]:
    """Return the rows, and the greatest number of bytes in memory."""
    tracemalloc.start()
    try:
        rows = sum(chunk.rows for chunk in plan_chunks(generated(blocks), Dialect(), target=1_000_000))
        return rows, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
