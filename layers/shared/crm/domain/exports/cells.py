"""Values as the text of a cell, and back.

A spreadsheet runs the text of a cell as a formula where it begins with one of `= + - @`, a tab, a carriage return or
their full-width forms (OWASP, "CSV Injection"): an apostrophe in front makes it a text again.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from crm.domain.json_text import encode_text

SEPARATOR = ";"

_STARTS = "=+\\-@\t\r\uff1d\uff0b\uff0d\uff20"
_DANGEROUS = re.compile(f"'*[{_STARTS}]")
_NEUTRALISED = re.compile(f"'+[{_STARTS}]")
_HARMLESS = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
"""A number, also a phone's: no spreadsheet sees a formula in it."""

_SPLITTING = re.compile(r"[;,]|^\s|\s$|^$")
"""What an entry of a list cannot hold, if the list is to be read back from a text with separators."""


def cell(value: Any) -> str:
    """The text of a value: lists with `;` between their entries, booleans as `true` and `false`, nothing for None."""
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
    """Entries in one text: with `;` between them, or as JSON where that could not be taken apart again."""
    text = SEPARATOR.join(entries)
    if text.startswith("[") or any(_SPLITTING.search(entry) for entry in entries):
        return encode_text(list(entries))
    return text


def separated(text: str) -> list[str]:
    """The entries of such a text; of another one, what stands between `;` (if there is one) or `,`."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list) and all(isinstance(entry, str) for entry in found):
            return found
    parts = text.split(SEPARATOR if SEPARATOR in text else ",")
    return [entry for part in parts if (entry := part.strip())]


def neutralised(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    if text[:1].isalnum() or not _DANGEROUS.match(text) or _HARMLESS.fullmatch(text):
        return text
    return f"'{text}"


def as_typed(text: str) -> str:
    """What `neutralised` made of it, undone."""
    return text[1:] if text[:1] == "'" and _NEUTRALISED.match(text) else text
