"""The records of delimited text, from pieces of any size, as bytes.

Text in UTF-16 is transcoded to UTF-8 before (see `text_source`): a byte of a delimiter, quote or line end is never
half a character.
"""

import re
from typing import NamedTuple

from crm.domain.delimited.dialect import Dialect, is_bytewise
from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.grammar import Grammar, grammar

MAX_RECORD_LENGTH = 1024 * 1024
"""Maximum bytes of a record; a longer one is a bad row."""

MAX_OPEN = 16 * 1024 * 1024
"""Maximum bytes that are read after the beginning of a record to find its end."""

ROW_TOO_LONG, UNCLOSED_QUOTE = "row_too_long", "unclosed_quote"


class Stretch(NamedTuple):
    """A stretch of bytes, `raw` with line ends: records (blank lines included) that have a line each, or `single`:
    one record.
    """

    raw: bytes
    single: bool = False
    problem: str | None = None


class DelimitedRecord(NamedTuple):
    """A record. `raw` without its line end, `size` in bytes with it; `line` on which it begins, from 1."""

    raw: bytes
    line: int
    size: int
    problem: str | None = None


class Scanner:
    """Cuts bytes into stretches of whole records, whose concatenation is the input, whatever the pieces."""

    def __init__(self, dialect: Dialect) -> None:
        if not is_bytewise(dialect.encoding, dialect.delimiter):
            raise ValueError(
                f"text in {dialect.encoding} must be converted to UTF-8 before it is split into records"
            )
        self._quote = dialect.quote.encode("ascii")
        self._grammar: Grammar | None = _grammar(dialect)
        self._held: list[bytes] = []
        self._size = 0
        self._wanted = 1

    def feed(self, data: bytes, last: bool) -> list[Stretch]:
        """Return the stretches that are complete by now; with `last`, all the rest.

        Raises FileError: a line without an end.
        """
        self._held.append(data)
        self._size += len(data)
        if self._size < self._wanted and not last:
            return []
        text = b"".join(self._held)
        if not last:
            return self._scan(text, False)
        if not text or text.endswith(b"\n"):
            return self._scan(text, True)
        *before, final = self._scan(text + b"\n", True)
        return [*before, final._replace(raw=final.raw[:-1])]

    def _scan(self, text: bytes, last: bool) -> list[Stretch]:
        stretches, at = [], 0
        while at < len(text):
            found = self._lines(text, at) or self._record(text, at) or self._odd(text, at, last)
            if found is None:
                break
            stretches.append(found)
            at += len(found.raw)
        self._held, self._size = [text[at:]], len(text) - at
        self._wanted = 1 if stretches else min(2 * self._size, _window() + 1)
        return stretches

    def _lines(self, text: bytes, at: int) -> Stretch | None:
        window = min(len(text), at + _window())
        if self._grammar is None or text.find(self._quote, at, window) < 0:
            end = max(text.rfind(b"\n", at, window), text.rfind(b"\r", at, window - 1)) + 1
        else:
            match = self._grammar.lines.match(text, at, window)
            end = match.end() if match else 0
        return Stretch(text[at:end]) if end > at else None

    def _record(self, text: bytes, at: int) -> Stretch | None:
        match = self._grammar and self._grammar.record.match(text, at, at + _window())
        return Stretch(match.group(), True) if match else None

    def _odd(self, text: bytes, at: int, last: bool) -> Stretch | None:
        """Return the line of a record that cannot be completed; None if more of it may follow."""
        if not last and len(text) - at <= _window() and not self._is_stray(text, at):
            return None
        end = _line_end(text, at)
        if len(text[at:end].rstrip(b"\r\n")) > MAX_OPEN:
            raise FileError(
                "line_too_long", f"a line is longer than {MAX_OPEN:,} bytes: put each row on its own line"
            )
        return Stretch(text[at:end], True, UNCLOSED_QUOTE)

    def _is_stray(self, text: bytes, at: int) -> bool:
        """Return whether the first open quote is a stray one, whatever follows."""
        if self._grammar is None:
            return False
        fields = self._grammar.fields.match(text, at, at + _window())
        return self._grammar.stray.match(text, fields.end() if fields else at) is not None


def _grammar(dialect: Dialect) -> Grammar | None:
    if not dialect.quote:
        return None
    return grammar(dialect.delimiter, dialect.quote, spaced=dialect.skip_initial_space)


class Splitter:
    """Splits a text into records."""

    def __init__(self, dialect: Dialect, *, first_line: int = 1) -> None:
        self._scanner = Scanner(dialect)
        self._line = first_line

    def feed(self, data: bytes, last: bool) -> list[DelimitedRecord]:
        """Return the records that are complete by now, without blank lines; with `last`, all the rest.

        Raises FileError.
        """
        records: list[DelimitedRecord] = []
        for stretch in self._scanner.feed(data, last):
            records += self._single(stretch) if stretch.single else self._each(stretch)
        return records

    def _single(self, stretch: Stretch) -> list[DelimitedRecord]:
        line = self._line
        self._line += len(stretch.raw.splitlines())
        return [_record(stretch.raw, line, stretch.problem)]

    def _each(self, stretch: Stretch) -> list[DelimitedRecord]:
        lines = stretch.raw.splitlines(keepends=True)
        first = self._line
        self._line += len(lines)
        return [_record(raw, line, None) for line, raw in enumerate(lines, first) if raw not in _BLANK]


_BLANK = frozenset((b"\n", b"\r\n", b"\r"))
_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\n|\r)?")


def _record(raw: bytes, line: int, problem: str | None) -> DelimitedRecord:
    text = raw.rstrip(b"\r\n")
    too_long = ROW_TOO_LONG if len(text) > MAX_RECORD_LENGTH else None
    return DelimitedRecord(text, line, len(raw), problem or too_long)


def _window() -> int:
    """Return the bytes to scan, with room for a line end: the limit does not depend on which one a line has."""
    return MAX_OPEN + 2


def _line_end(text: bytes, at: int) -> int:
    """Return the position after the end of the line at a position."""
    line = _LINE.match(text, at)
    return line.end() if line else at
