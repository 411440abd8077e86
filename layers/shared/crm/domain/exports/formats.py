"""The formats of an export, as bytes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from crm.domain.exports.cells import cell, neutralised
from crm.domain.exports.columns import ExportRow
from crm.domain.json_text import encode

CSV, XLSX, JSONL = "csv", "xlsx", "jsonl"
FORMATS = (CSV, XLSX, JSONL)
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    JSONL: "application/x-ndjson",
}
_MARK = b"\xef\xbb\xbf"
"""Without this mark, Excel reads the file in the machine's legacy encoding."""

_AT_ONCE = 500
_EMPTY = '""'
"""A row of one empty cell: an empty line would be no row."""

_QUOTED = re.compile('[;,\t|\r\n"(!]')
"""Characters that some reader may take for the end of a cell, though only `,` ends one here; and those of a call of a
function or of another program: after a negative number, which is a cell of its own here, it would run where `,` ends
no cell.
"""


def header(format: str, columns: Sequence[str]) -> bytes:
    """Return the beginning of a file."""
    return _MARK + _delimited([[neutralised(name) for name in columns]]) if format == CSV else b""


def lines(format: str, columns: Sequence[str], rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """Yield the rows, some at a time: as in a CSV or JSON Lines file, as JSON arrays for a workbook."""
    if format == CSV:
        left = iter(rows)
        while some := list(islice(left, _AT_ONCE)):
            yield _delimited([_text(row.get(name)) for name in columns] for row in some)
    elif format == JSONL:
        yield from (encode({name: row.get(name) for name in columns}) + b"\n" for row in rows)
    else:
        yield from (encode([row.get(name) for name in columns]) + b"\n" for row in rows)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return neutralised(value)
    return (
        "" if value is None else cell(value) if isinstance(value, int | float) else neutralised(cell(value))
    )


def _delimited(rows: Iterable[Sequence[str]]) -> bytes:
    return "".join(f"{','.join(map(_quoted, row)) or _EMPTY}\r\n" for row in rows).encode()


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if _QUOTED.search(text) else text
