"""The ends of records of delimited text, as regular expressions: only C code reads the bytes.

The rules are those of Python's `csv` and of Excel: a quote is special only where a field begins, two quotes within
quotes are one, and text after the closing quote belongs to the cell. One rule is this project's own: a cell of
several lines must be closed by a quote before a delimiter or a line end. Otherwise a single stray quote would
swallow all rows up to the next quoted cell.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from crm.domain.repetition import repeated

_LINE_END = (
    rb"(?:\n|\r\n|\r(?=[^\n]))"  # whether a "\r" at the end of what is known is a line end is not known
)

_UNQUOTED = rb"[^%Q\r\n]*+"  # any number of cells
_ON_ONE_LINE = rb"%Q[^%Q\r\n]*+" + repeated(rb"%Q%Q[^%Q\r\n]*+") + rb"%Q[^%D\r\n]*+"
_ON_MANY_LINES = rb"%Q[^%Q]*+" + repeated(rb"%Q%Q[^%Q]*+") + rb"%Q(?=[%D\r\n])"
_ON_ONE_OR_MANY = rb"(?:" + _ON_ONE_LINE + rb"|" + _ON_MANY_LINES + rb")"
_AT_FIELD, _IN_FIELD = rb"(?<![^%D\r\n])", rb"(?<=[^%D\r\n])"
_SPACED = rb"(?: *+%O|(?! *+%Q)[^%D\r\n]*+)"
"""A cell whose quote may follow blanks. `%O`: from the opening quote on."""

_AFTER_ITS_LINE = rb"[^%Q]*+" + repeated(rb"%Q%Q[^%Q]*+") + rb"%Q[^%Q%D\r\n]"
_NEVER_CLOSED = rb"%Q[^%Q\r\n]*+" + repeated(rb"%Q%Q[^%Q\r\n]*+") + rb"[\r\n]" + _AFTER_ITS_LINE


@dataclass(frozen=True, slots=True)
class Grammar:
    """Patterns to match at the beginning of a record.

    `lines`: any number of records that have a line each; `record`: one record; `fields`: the complete fields
    before the first incomplete one; `stray`: at such a field, that its quote is a stray one.
    """

    lines: re.Pattern[bytes]
    record: re.Pattern[bytes]
    fields: re.Pattern[bytes]
    stray: re.Pattern[bytes]


@lru_cache
def grammar(delimiter: str, quote: str, *, spaced: bool = False) -> Grammar:
    """Compile the grammar of a dialect with a quote, which may follow blanks if `spaced`.

    No group is repeated with backtracking: time is linear, and memory from Python 3.11.5 on.
    """
    of = _spaced if spaced else _cells
    line = of(_ON_ONE_LINE) + _LINE_END
    record = of(_ON_ONE_OR_MANY)
    fields = repeated(_SPACED.replace(b"%O", _ON_ONE_OR_MANY) + rb"%D") + rb" *+" if spaced else record
    patterns = (repeated(line), record + _LINE_END, fields, _NEVER_CLOSED)
    return Grammar(*(_compiled(pattern, delimiter, quote) for pattern in patterns))


def _cells(quoted: bytes) -> bytes:
    """Match cells up to the end of a record, or to a quote that opens an incomplete cell."""
    cell = _AT_FIELD + quoted + rb"(?>(?:%D" + _UNQUOTED + rb")?)"
    stray = _IN_FIELD + rb"%Q" + _UNQUOTED
    return _UNQUOTED + repeated(cell + rb"|" + stray)


def _spaced(quoted: bytes) -> bytes:
    """Match cells whose quotes may follow blanks, cell by cell."""
    cell = _SPACED.replace(b"%O", quoted)
    return cell + repeated(rb"%D" + cell)


def _compiled(pattern: bytes, delimiter: str, quote: str) -> re.Pattern[bytes]:
    marks = {b"%D": re.escape(delimiter).encode("ascii"), b"%Q": re.escape(quote).encode("ascii")}
    for mark, text in marks.items():
        pattern = pattern.replace(mark, text)
    return re.compile(pattern)
