"""Convert values to the text of a cell, and back.

A spreadsheet runs the text of a cell as a formula where it begins with one of `= + - @`, their full-width forms, a
tab or a line end (OWASP, "CSV Injection"): an apostrophe in front makes it a text again. Where cells begin depends on
the delimiter that the spreadsheet expects - a German Excel takes `;` - so a text after any usual delimiter or line
end within a cell is treated as the beginning of a cell, too.
"""

import re
from collections.abc import Sequence
from typing import Any

from crm.domain.json_text import encode_text
from crm.domain.list_text import SEPARATOR

_DELIMITERS = ";,\t|\r\n"
_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = f"['\"]*[{_STARTS}]"
_FIRST_FORMULA = f"['\"]*[{_STARTS}\t\r\n]"
_NUMBER = "[+-]?[0-9]+(?:[.,][0-9]+)?"
"""A number, also a phone's: no spreadsheet runs it as a formula where the cell ends after it.

Otherwise it may be the beginning of one (`-1`, a line end, `*HYPERLINK(...)`), and only the delimiter before a
cell is known to end it.
"""


def _cell_behind(delimiters: str) -> str:
    return f"(?<=[{delimiters}])(?!{_NUMBER}(?:[{delimiters}]|\\Z))(?={_FORMULA})"


_DANGEROUS = re.compile(
    "|".join([f"\\A(?!{_NUMBER}\\Z)(?={_FIRST_FORMULA})", *map(_cell_behind, (";", ",", "\t", "|", "\r\n"))])
)
_NEUTRALISED = re.compile(f"\\A'(?={_FIRST_FORMULA})|(?<=[{_DELIMITERS}])'(?={_FORMULA})")

_SPLITTING = re.compile(r"[;,|\n]|:::|^\s|\s$|^$")
"""Matches entries that a list cannot hold if it is to be read back from a text with separators."""


def cell(value: Any) -> str:
    """Return the text of a value: lists with `;` between entries, booleans as `true` and `false`, nothing for None."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return joined(value)
    return encode_text(value)


def joined(entries: Sequence[str]) -> str:
    """Join entries to one text: with `;` between them, or as JSON where that could not be split again."""
    text = SEPARATOR.join(entries)
    if text.startswith("[") or any(_SPLITTING.search(entry) for entry in entries):
        return encode_text(list(entries))
    return text


def neutralised(text: str) -> str:
    """Return the text so that no spreadsheet runs any part of it as a formula, at any delimiter."""
    return text if text.isalnum() else _DANGEROUS.sub("'", text)


def as_typed(text: str) -> str:
    """Undo `neutralised`."""
    return _NEUTRALISED.sub("", text) if "'" in text else text
