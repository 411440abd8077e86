"""Detect the dialect, the columns and the first rows of a file, and its problems."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from typing import Any, NamedTuple

from crm.domain.delimited.dialect import Dialect, is_single_byte, valid_delimiter, valid_quote
from crm.domain.delimited.export_layout import export_layout
from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.header import start_of
from crm.domain.delimited.layout import (
    Line,
    best_dialect,
    common_width,
    delimiters_in,
    known_size,
    quote_of,
    sample_lines,
    spaced,
)
from crm.domain.delimited.other_formats import reject_other_formats
from crm.domain.delimited.preamble import preamble_of
from crm.domain.delimited.rows import BadRow, read_rows
from crm.domain.delimited.text_encoding import Encoded, encoding_of
from crm.domain.delimited.text_source import SAMPLE
from crm.domain.exports.cells import as_typed

__all__ = ["Detected", "FileError", "FileProblem", "detect"]

SAMPLE_ROWS = 20
_MAX_COLUMNS = 1_000
_ENOUGH = 64 * 1024  # bytes by which delimiter and quote are detected
_SEP = re.compile(rb"""(["']?)sep=([^\w\r\n"']|\\t)\1[ \t,;]*(?:[\r\n]|\Z)""", re.IGNORECASE)
"""A first line for Excel that declares the delimiter and belongs to no table."""


class FileProblem(NamedTuple):
    """A problem to know before the file is read; it quotes no cell."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """The result of the detection.

    `header`: a name for each column; `rows`: at most SAMPLE_ROWS readable rows, as wide as the header. `guessed`: its
    encoding is detected by its words; `encoding_open`: or could be by others (see `encoding_of_words`).
    """

    dialect: Dialect
    header: list[str]
    rows: list[list[str]]
    problems: list[FileProblem]
    guessed: bool = False
    encoding_open: bool = False


def detect(sample: bytes, *, whole: bool, given: Mapping[str, Any]) -> Detected:
    """Detect the dialect of a file that begins with the sample, or is it.

    Fields of the dialect in `given` are not guessed; only a byte order mark overrides them. Raises FileError;
    InvalidInputError for invalid fields.
    """
    whole, sample = whole and len(sample) <= SAMPLE, sample[:SAMPLE]
    reject_other_formats(sample)
    encoded = encoding_of(sample, given.get("encoding"), whole=whole)
    text = sample[encoded.bom :]
    dialect = Dialect(encoding=encoded.encoding, bom=encoded.bom)
    narrow = encoded.encoding if is_single_byte(encoded.encoding) else "utf-8"
    if narrow != encoded.encoding:
        text = text.decode(encoded.encoding, "replace").encode("utf-8")
    detected = _detected(text, replace(dialect, encoding=narrow, bom=0), whole, given)
    return replace(
        detected,
        dialect=replace(detected.dialect, encoding=encoded.encoding, bom=encoded.bom),
        problems=[*_of_encoding(encoded), *detected.problems],
        guessed=encoded.guessed,
        encoding_open=encoded.guessed or (text.isascii() and not encoded.bom and not given.get("encoding")),
    )


def _detected(text: bytes, base: Dialect, whole: bool, given: Mapping[str, Any]) -> Detected:
    reject_other_formats(text)
    if not whole:
        text = _whole_lines(text)
    if not text.strip():
        raise FileError("empty_file", "the file is empty: a header and rows are expected")
    given = {**export_layout(text), **given}
    declared = _SEP.match(text)
    delimiter = given.get("delimiter") or (
        declared and declared[2].replace(b"\\t", b"\t").decode("ascii", "replace")
    )
    dialect = _layout(text[:_ENOUGH], base, whole and len(text) <= _ENOUGH, {**given, "delimiter": delimiter})
    skip = given.get("skip_lines")
    before = (1 if declared else 0) if skip is None else skip
    skipped = len(b"".join(text.splitlines(keepends=True)[:before]))
    if not whole:
        text = text[: skipped + known_size(text[skipped:], dialect)]
    lines = sample_lines(text[skipped:], dialect)
    if not lines:
        raise FileError("empty_file", f"the file has no lines after the first {before}: a header is expected")
    blank = list(takewhile(_is_blank, lines)) if skip is None else []
    lines = lines[len(blank) :] or lines
    start = start_of(lines, header=given.get("header"), skip=skip is None)
    dialect = replace(
        dialect,
        header=start.header,
        skip_lines=before + (_skipped([*blank, *lines], len(blank) + start.record) if skip is None else 0),
    )
    return _read_table(text, dialect, lines[start.record :])


def _layout(text: bytes, base: Dialect, whole: bool, given: Mapping[str, Any]) -> Dialect:
    delimiter, quote = given.get("delimiter"), given.get("quote")
    marks = (valid_delimiter(delimiter),) if delimiter else delimiters_in(text)
    dialects = [
        replace(base, delimiter=mark, quote=quote_of(text, mark) if quote is None else valid_quote(quote))
        for mark in marks
    ]
    return best_dialect(text, [*dialects, *filter(None, map(partial(spaced, text), dialects))], whole=whole)


def _is_blank(line: Line) -> bool:
    return not any(cell.strip() for cell in line.cells)


def _skipped(lines: list[Line], first: int) -> int:
    """Return the lines up to the end of the last record before the table, which begins with this record."""
    if first == 0:
        return 0
    before = lines[first - 1].record
    return before.line + len(before.raw.splitlines()) - 1


def _read_table(text: bytes, dialect: Dialect, lines: list[Line]) -> Detected:
    header = _header(lines, dialect)
    preamble = preamble_of([text], dialect)
    rows = read_rows(
        text[preamble.end :], dialect, columns=len(header), first_line=preamble.lines + 1, first_row=1
    )
    problems = [*_of_table(dialect, header, bool(rows.cells or rows.bad)), *_of_rows(rows.bad)]
    return Detected(dialect=dialect, header=header, rows=rows.cells[:SAMPLE_ROWS], problems=problems)


def _header(lines: list[Line], dialect: Dialect) -> list[str]:
    """Return the names; a last column without a name and without any value is dropped."""
    table = [line for line in lines if not line.record.problem] or lines
    width = max(common_width(table), len(lines[0].cells) if dialect.header else 1)
    used = max(
        (n for line in table for n, cell in enumerate(line.cells[:width], 1) if cell.strip()), default=0
    )
    if not used:
        raise FileError("no_columns", "the file has neither column names nor values")
    if used > _MAX_COLUMNS:
        raise FileError(
            "too_many_columns",
            f"the table has {used:,} columns, but at most {_MAX_COLUMNS:,} are allowed: check the delimiter",
        )
    names = [as_typed(cell.strip()) for cell in lines[0].cells] if dialect.header else []
    return [(names[n] if n < len(names) else "") or f"column {n + 1}" for n in range(used)]


def _of_encoding(encoded: Encoded) -> list[FileProblem]:
    if not encoded.guessed:
        return []
    message = (
        f"the file is not in UTF-8; its words suggest {encoded.encoding}. To use another "
        "encoding, set it in a mapping"
    )
    return [FileProblem("encoding_guessed", message)]


def _of_table(dialect: Dialect, header: list[str], filled: bool) -> list[FileProblem]:
    problems = []
    if dialect.skip_lines:
        problems.append(
            FileProblem("skipped_lines", f"lines before the table are skipped: {dialect.skip_lines}")
        )
    if not dialect.header:
        problems.append(
            FileProblem("no_header", "the first row does not look like a header: the columns are numbered")
        )
    if not filled:
        problems.append(FileProblem("no_rows", "the file has no rows below the header"))
    if len(header) == 1:
        problems.append(FileProblem("one_column", "the file has a single column: check the delimiter"))
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    if twice and dialect.header:
        problems.append(
            FileProblem("duplicate_columns", f"several columns have the same name: {', '.join(twice)}")
        )
    return problems


def _of_rows(bad: list[BadRow]) -> list[FileProblem]:
    counts = Counter(row.code for row in bad)
    return [
        FileProblem(code, f"rows of the sample that cannot be read ({_WHY[code]}): {count}")
        for code, count in sorted(counts.items())
    ]


_WHY = {
    "wrong_column_count": "the numbers of cells and columns differ",
    "unreadable_bytes": "bytes that are not valid in this encoding",
    "unclosed_quote": "an unclosed quote",
    "row_too_long": "too long",
}


def _whole_lines(text: bytes) -> bytes:
    """Drop the line that the sample ends in."""
    return text[: max(text.rfind(b"\n"), text.rfind(b"\r")) + 1] or text
