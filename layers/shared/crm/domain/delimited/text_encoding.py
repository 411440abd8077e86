"""Detect the encoding of a file, by its first bytes, or by words from the whole of it."""

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

from crm.domain.delimited.code_pages import code_page_of, words_in
from crm.domain.delimited.dialect import valid_encoding
from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.other_formats import NOT_TEXT

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # the mark of UTF-16 is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b\x01\x1f")) + b"\x7f"
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CUT = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")  # the last character of a sample may be half of one
_HIGH = re.compile(rb"[\x80-\xff]")
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([JI])")
"""An escape sequence of ISO-2022-JP, which has no bytes beyond ASCII."""

_MAX_CONTROL_SHARE = 0.02
_NEARLY_ALL, _MOSTLY = 0.9, 0.6
"""Shares of the bytes beyond ASCII that are characters in UTF-8."""


class Encoded(NamedTuple):
    """A detected encoding.

    `bom`: bytes of the byte order mark; `guessed`: the bytes could be text in another encoding as well.
    """

    encoding: str
    bom: int = 0
    guessed: bool = False


def encoding_of(sample: bytes, given: str | None, *, whole: bool) -> Encoded:
    """Detect the encoding by the byte order mark; else use `given`; else detect it by the bytes.

    Raises FileError: no text, or in no known encoding.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return Encoded(encoding, len(mark))
    if given is not None:
        return Encoded(valid_encoding(given))
    if wide := _wide(sample):
        return Encoded(wide)
    return _narrow(sample if whole else _CUT.sub(b"", sample))


def encoding_of_words(words: Sequence[bytes]) -> str | None:
    """Detect the encoding by words with letters beyond ASCII from the whole of a file; None without any.

    Raises FileError: no known encoding.
    """
    return _narrow(b"\n".join(words)).encoding if words else None


def _wide(sample: bytes) -> str | None:
    """Detect UTF-16 without a mark: its ASCII characters, at least delimiters and line ends, have a zero byte."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) / 20 or min(even, odd) > max(even, odd) / 10:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _narrow(sample: bytes) -> Encoded:
    if len(sample.translate(None, _CONTROL)) < len(sample) * (1 - _MAX_CONTROL_SHARE):
        raise FileError(NOT_TEXT, "the file is binary data, not text: a CSV file is expected")
    if _JAPANESE.search(sample):
        return Encoded("iso2022_jp", guessed=True)
    readable, high = sum(map(len, _SEQUENCE.findall(sample))), len(_HIGH.findall(sample))
    if readable >= high * _NEARLY_ALL:  # the rows with the other bytes are reported as unreadable
        return Encoded("utf-8")
    page = code_page_of(words_in(sample))
    if readable >= high * _MOSTLY and not page.likely:
        return Encoded("utf-8")
    if not page.plausible:
        raise FileError(
            "unknown_encoding",
            f"the encoding of the file cannot be detected: the most likely one, {page.name}, yields "
            "no known words. Save the file as UTF-8, or set its encoding in a mapping",
        )
    return Encoded(page.name, guessed=True)
