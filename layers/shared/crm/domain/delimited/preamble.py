"""The preamble of a file: byte order mark, skipped lines and header."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.records import Scanner

_BLANK_LINES = re.compile(rb"[\r\n]*")


class Preamble(NamedTuple):
    """A preamble.

    `raw`: skipped lines and header without byte order mark; `end`: its bytes with the mark; `lines`: their number.
    """

    end: int
    raw: bytes
    lines: int


def preamble_of(pieces: Iterable[bytes], dialect: Dialect) -> Preamble:
    """Read the preamble of a file; no more pieces are taken than needed. Raises FileError."""
    return take_preamble(iter(pieces), dialect)[0]


def take_preamble(pieces: Iterator[bytes], dialect: Dialect) -> tuple[Preamble, bytes]:
    """Read the preamble; return it with what was read after it. Raises FileError: a header without an end."""
    text, wanted = b"", 0
    for piece in pieces:
        text += piece
        if len(text) < wanted:
            continue
        end = _end(text, dialect, last=False)
        if end is not None:
            return _made(text, end, dialect)
        wanted = 2 * len(text)
    return _made(text, _end(text, dialect, last=True) or len(text), dialect)


def _made(text: bytes, end: int, dialect: Dialect) -> tuple[Preamble, bytes]:
    raw = text[dialect.bom : end]
    return Preamble(end, raw, len(raw.splitlines())), text[end:]


def _end(text: bytes, dialect: Dialect, *, last: bool) -> int | None:
    """Return the position after the preamble; None if it is not complete."""
    body = text[dialect.bom :]
    lines = body.splitlines(keepends=True)
    if len(lines) <= dialect.skip_lines and not last:
        return None
    skipped = sum(map(len, lines[: dialect.skip_lines]))
    if not dialect.header:
        return dialect.bom + skipped
    blank = _BLANK_LINES.match(body, skipped)
    begin = blank.end() if blank else skipped
    header = _first_record(body[begin:], dialect, last=last)
    return None if header is None and not last else dialect.bom + begin + (header or 0)


def _first_record(text: bytes, dialect: Dialect, *, last: bool) -> int | None:
    stretches = Scanner(dialect).feed(text, last)
    if not stretches:
        return None
    first = stretches[0]
    return len(first.raw if first.single else first.raw.splitlines(keepends=True)[0])
