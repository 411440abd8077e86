"""The dialect of a delimited file: encoding, delimiter, quote, and the lines before its rows."""

import codecs
from dataclasses import dataclass
from functools import cache

from crm.domain.errors import InvalidInputError

QUOTES = ('"', "'", "")
"""Quotes of cells; with the empty one only delimiter and line end are special."""

_OTHER_NAMES = {
    "ascii": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    # Windows writes more characters under the names of these standards.
    "iso8859-1": "cp1252",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "cp950",
    "tis-620": "cp874",
}
_NO_TEXT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
"""Text encodings of Python in which no file is written."""

_BYTEWISE = frozenset({"cp932", "gb18030", "cp950", "big5hkscs", "cp949", "euc_jp"})
"""Multi-byte encodings in which a byte below 0x30 is never part of a character."""

_ASCII = bytes(range(0x80))
_FIRST_PART = 0x30
"""A digit: in GB 18030 it can be the second byte of four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The dialect of a file.

    `bom`: bytes of the byte order mark; `skip_lines`: lines before the header, or of the first row.
    `skip_initial_space`: blanks at the beginning of a cell belong to the delimiter, so that a quote may follow them.
    """

    encoding: str = "utf-8"
    bom: int = 0
    delimiter: str = ","
    quote: str = '"'
    skip_lines: int = 0
    header: bool = True
    skip_initial_space: bool = False


def valid_encoding(name: str) -> str:
    """Return Python's name of a text encoding, given any of its usual names ("Windows-1250", "latin-1").

    Raises InvalidInputError.
    """
    try:
        known = codecs.lookup(name.strip())
        "a".encode(known.name)  # LookupError: bytes to bytes, as base64
    except (LookupError, ValueError):  # an unknown name, a name with NUL in it
        known = None
    if known is None or known.name in _NO_TEXT:
        raise InvalidInputError(
            "encoding must be a text encoding, such as utf-8, cp1252, iso8859-2, mac-roman, cp932 or gb18030",
            details={"field": "encoding"},
        )
    return _OTHER_NAMES.get(known.name, known.name)


@cache
def is_bytewise(encoding: str, delimiter: str = ",") -> bool:
    """Return whether records and cells can be found in the bytes.

    Line ends, quotes and this delimiter are then their own bytes in ASCII, and no other character contains such
    bytes.
    """
    if encoding == "utf-8" or is_single_byte(encoding):
        return True
    return encoding in _BYTEWISE and (ord(delimiter) < _FIRST_PART or delimiter in ":;")


@cache
def is_single_byte(encoding: str) -> bool:
    """Return whether each byte is a character, and those of ASCII are the same."""
    if encoding.startswith("iso2022"):  # escape sequences change the meaning of later bytes
        return False
    high = bytes(range(0x80, 0x100))
    try:
        same = _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except UnicodeDecodeError:
        return False
    return same and len(high.decode(encoding, "replace")) == len(high)


def valid_delimiter(delimiter: str) -> str:
    """Validate a delimiter: one ASCII character other than a line end or a quote. Raises InvalidInputError."""
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in "\r\n\0\"'" or delimiter.isalnum():
        raise InvalidInputError(
            "delimiter must be one ASCII character other than a letter, digit, quote or line end",
            details={"field": "delimiter"},
        )
    return delimiter


def valid_quote(quote: str) -> str:
    """Validate a quote: one of QUOTES. Raises InvalidInputError."""
    if quote not in QUOTES:
        raise InvalidInputError("quote must be \", ' or empty", details={"field": "quote"})
    return quote
