"""How a delimited file is written: encoding, delimiter, quote, and what stands before its rows."""

import codecs
from dataclasses import asdict, dataclass
from typing import Any

from crm.domain.errors import InvalidInputError

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1250", "cp1252")
QUOTES = ('"', "'", "")
"""Of cells; the empty one: no character is special but delimiter and line end."""

_OTHER_NAMES = {"iso8859-1": "cp1252", "ascii": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16-le"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """`bom`: bytes of the byte order mark; `skip_lines`: lines in front of the header, or of the first row.

    `skip_initial_space`: blanks at the beginning of a cell belong to the delimiter, so that a quote may follow them.
    """

    encoding: str = "utf-8"
    bom: int = 0
    delimiter: str = ","
    quote: str = '"'
    skip_lines: int = 0
    header: bool = True
    skip_initial_space: bool = False

    def to_record(self) -> dict[str, Any]:
        """The stored form: plain JSON."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Dialect":
        """The dialect of a stored form."""
        return cls(**record)


def valid_encoding(name: str) -> str:
    """One of ENCODINGS by any of its usual names ("Windows-1250", "latin-1"). Raises InvalidInputError."""
    try:
        known = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):  # an unknown name, a name with NUL in it
        known = name
    encoding = _OTHER_NAMES.get(known, known)
    if encoding not in ENCODINGS:
        raise InvalidInputError(
            f"encoding must be one of {', '.join(ENCODINGS)}", details={"field": "encoding"}
        )
    return encoding


def valid_delimiter(delimiter: str) -> str:
    """One ASCII character that is no line end and no quote. Raises InvalidInputError."""
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in "\r\n\0\"'" or delimiter.isalnum():
        raise InvalidInputError(
            "delimiter must be one ASCII character that is no letter, digit, quote or line end",
            details={"field": "delimiter"},
        )
    return delimiter


def valid_quote(quote: str) -> str:
    """One of QUOTES. Raises InvalidInputError."""
    if quote not in QUOTES:
        raise InvalidInputError("quote must be \", ' or empty", details={"field": "quote"})
    return quote
