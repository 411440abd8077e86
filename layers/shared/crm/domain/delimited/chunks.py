"""Cut a file of any size between records, in one pass and in little memory."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.preamble import take_preamble
from crm.domain.delimited.records import Scanner, Stretch

_AT_ONCE = 512 * 1024
"""Bytes that are scanned together: more would only take more memory."""


class Chunk(NamedTuple):
    """Bytes [start, end) of the file with `rows` records; the first line and the first record have these numbers."""

    start: int
    end: int
    first_line: int
    first_row: int
    rows: int


def plan_chunks(pieces: Iterable[bytes], dialect: Dialect, *, target: int) -> Iterator[Chunk]:
    """Yield chunks of whole records, of at most `target` bytes unless a record alone is longer; the same for any
    pieces.

    Skipped lines and the header belong to none. Raises FileError: a line without an end.
    """
    source = _windows(pieces)
    preamble, behind = take_preamble(source, dialect)
    plan = _Plan(preamble.end, preamble.lines + 1, target)
    for stretch in _stretches(behind, source, dialect):
        yield from plan.single(stretch.raw) if stretch.single else plan.each(stretch.raw)
    yield from plan.closed()


def _windows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for at in range(0, len(piece), _AT_ONCE):
            yield piece[at : at + _AT_ONCE]


def _stretches(behind: bytes, source: Iterator[bytes], dialect: Dialect) -> Iterator[Stretch]:
    scanner = Scanner(dialect)
    yield from scanner.feed(behind, False)
    for piece in source:
        yield from scanner.feed(piece, False)
    yield from scanner.feed(b"", True)


class _Plan:
    """The chunk that is being filled."""

    def __init__(self, start: int, line: int, target: int) -> None:
        self._target = target
        self._start = self._end = start
        self._line, self._row = line, 1
        self._lines = self._rows = 0

    def single(self, raw: bytes) -> Iterator[Chunk]:
        """Add one record."""
        if len(raw) > self._room():
            yield from self.closed()
        self._add(raw, 1)

    def each(self, raw: bytes) -> Iterator[Chunk]:
        """Add any number of records that have a line each."""
        at = 0
        while len(raw) - at > self._room():
            end = _line_end_within(raw, at, at + self._room())
            if end == at and self._end == self._start:
                end = at + len(raw[at:].splitlines(keepends=True)[0])
            self._add_lines(raw[at:end])
            yield from self.closed()
            at = end
        self._add_lines(raw[at:])

    def closed(self) -> Iterator[Chunk]:
        """Yield the chunk, if it has records; the next one begins after it."""
        if self._rows:
            yield Chunk(self._start, self._end, self._line, self._row, self._rows)
        self._start, self._line, self._row = self._end, self._line + self._lines, self._row + self._rows
        self._lines = self._rows = 0

    def _room(self) -> int:
        return max(0, self._target - (self._end - self._start))

    def _add_lines(self, raw: bytes) -> None:
        lines = raw.splitlines()
        self._add(raw, len(lines) - lines.count(b""), len(lines))

    def _add(self, raw: bytes, rows: int, lines: int | None = None) -> None:
        self._end += len(raw)
        self._rows += rows
        self._lines += len(raw.splitlines()) if lines is None else lines


def _line_end_within(raw: bytes, begin: int, limit: int) -> int:
    """Return the position after the last line end in [begin, limit); `begin` if there is none."""
    if raw[limit - 1 : limit + 1] == b"\r\n":
        limit -= 1
    return max(begin, raw.rfind(b"\n", begin, limit) + 1, raw.rfind(b"\r", begin, limit) + 1)
