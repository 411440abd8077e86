"""Detect delimiter and quote of a text by how well its records fit one table."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from crm.domain.delimited.cells import cells_of
from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.records import DelimitedRecord, Scanner, Splitter
from crm.domain.delimited.values import value_kind

DELIMITERS = (",", ";", "\t", "|")
_RARE, _RAREST = ("^", "~", "\x1f", "\x01"), (":", "#", "!", "*")
"""Delimiters only where they divide nearly all lines alike (_RARE), or all lines (_RAREST)."""

_QUOTED = re.compile(rb"\"[^\"]*\"")

_NEARLY_ALL = 0.8
_OF_CELLS = re.compile(rb"://|@[^:]*[,;\t|]|[,;\t|][^:]*@")
"""Matches lines with a colon in a web address, or in cells that another delimiter separates from email addresses."""

_ENOUGH = 500
_LEAST_SCORE = 0.15
_CHANCE = 2


class Line(NamedTuple):
    """A record of the sample: its position, and its cells."""

    record: DelimitedRecord
    cells: list[str]


def known_size(text: bytes, dialect: Dialect) -> int:
    """Return the bytes of the complete records in a sample; all, if these are too few to be conclusive."""
    stretches = Scanner(dialect).feed(text, False)
    lines = sum(1 if stretch.single else len(stretch.raw.splitlines()) for stretch in stretches)
    return sum(len(stretch.raw) for stretch in stretches) if lines > _CHANCE else len(text)


def sample_lines(text: bytes, dialect: Dialect) -> list[Line]:
    """Return the first records of a text."""
    records = Splitter(dialect).feed(text, True)
    return [Line(record, cells_of(_text(record, dialect), dialect)) for record in islice(records, _ENOUGH)]


def common_width(lines: Sequence[Line]) -> int:
    """Return the number of cells of most records with several; one, if records with one cell prevail."""
    widths = Counter(len(line.cells) for line in lines if not line.record.problem)
    single = widths.pop(1, 0)
    width, count = max(widths.items(), key=lambda item: item[1], default=(1, 0))
    return width if count * (width - 1) >= single else 1


def delimiters_in(text: bytes) -> tuple[str, ...]:
    """Return the delimiters that a text can have; its last line may be cut."""
    lines = [_QUOTED.sub(b"", line) for line in text.splitlines()[:_ENOUGH] if line.strip()]
    return (*DELIMITERS, *(mark for mark in (*_RARE, *_RAREST) if _divides(mark, lines[:-1] or lines)))


def _divides(mark: str, lines: Sequence[bytes]) -> bool:
    counts = Counter(line.count(mark.encode()) for line in lines)
    count, times = counts.most_common(1)[0] if counts else (0, 0)
    if mark in _RAREST and (len(counts) > 1 or (mark == ":" and any(map(_OF_CELLS.search, lines)))):
        return False
    return count > 0 and times >= _NEARLY_ALL * len(lines)


def spaced(text: bytes, dialect: Dialect) -> Dialect | None:
    """Return the dialect with blanks before quotes; None if most quotes after blanks close no cell."""
    if not dialect.quote:
        return None
    delimiter, quote = re.escape(dialect.delimiter.encode()), re.escape(dialect.quote.encode())
    opened = rb"(?:^|(?<=%D)) +%Q".replace(b"%D", delimiter).replace(b"%Q", quote)
    closed = opened + rb"[^%Q]*%Q *(?=%D|[\r\n]|\Z)".replace(b"%D", delimiter).replace(b"%Q", quote)
    count = len(re.findall(opened, text, re.MULTILINE))
    if not count or 2 * len(re.findall(closed, text, re.MULTILINE)) < count:
        return None
    return replace(dialect, skip_initial_space=True)


def best_dialect(text: bytes, dialects: Sequence[Dialect], *, whole: bool) -> Dialect:
    """Return the dialect whose records fit one table best; the first if none does."""
    scores = {dialect: _score(text, dialect, whole) for dialect in dialects}
    best = max(dialects, key=lambda dialect: scores[dialect])
    return best if scores[best] > _LEAST_SCORE else dialects[0]


def quote_of(text: bytes, delimiter: str) -> str:
    """Return the double quote, unless single quotes surround cells; None if no quote is ever closed."""
    double, single = (_borders(text, delimiter.encode(), quote) for quote in (b'"', b"'"))
    if single.around > _CHANCE and single.around >= 4 * single.before and not double.around:
        return "'"
    return "" if double.before > _CHANCE and not double.around and not double.behind else '"'


class _Borders(NamedTuple):
    """Numbers of cells with the quote on both sides, only in front, and only behind."""

    around: int
    before: int
    behind: int


def _borders(text: bytes, delimiter: bytes, quote: bytes) -> _Borders:
    """Count the cells with the quote on both sides, or only on one."""
    cells = [cell for line in text.splitlines() for cell in line.split(delimiter)]
    before = [len(cell) > 1 and cell.startswith(quote) for cell in cells]
    behind = [len(cell) > 1 and cell.endswith(quote) for cell in cells]
    around = sum(map(min, before, behind))
    return _Borders(around, sum(before) - around, sum(behind) - around)


def _score(text: bytes, dialect: Dialect, whole: bool) -> float:
    lines = sample_lines(text if whole else text[: known_size(text, dialect)], dialect)
    width = common_width(lines)
    fitting = [line.cells for line in lines if len(line.cells) == width and not line.record.problem]
    if width == 1 or not fitting:
        return 0.0
    cells = [cell for row in fitting[:100] for cell in row]
    quality = sum(map(_quality, cells)) / len(cells)
    return len(fitting) / len(lines) * (1 - 1 / width) * quality


_ODD = (
    (re.compile(r"[^\t|^~\x1f\x01]*[\t|^~\x1f\x01]"), 0.3),
    (re.compile(r"[^@]*@[\w.-]+\.\w+[:#!*]"), 0.2),
    (re.compile(r"\s+\S"), 0.3),
    (re.compile(r"[^;]*;"), 0.5),
    (re.compile(r"[^@]*@[\w.-]+\.\w+[,;]"), 0.2),
    (re.compile(r'[^"]*"(?:[^"]*"[^"]*")*[^"]*\Z'), 0.1),
)


def _quality(cell: str) -> float:
    """Return 1 for any text, more for a value, less for a text that seems cut out of a longer cell."""
    if value_kind(cell):
        return 1.2
    return min((weight for pattern, weight in _ODD if pattern.match(cell)), default=1.0)


def _text(record: DelimitedRecord, dialect: Dialect) -> str:
    return record.raw.decode(dialect.encoding, "replace")
