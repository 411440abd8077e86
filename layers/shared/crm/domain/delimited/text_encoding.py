"""The encoding of a file, by its first bytes."""

import codecs
import re
from itertools import islice
from typing import NamedTuple

from crm.domain.delimited.dialect import valid_encoding
from crm.domain.delimited.file_error import FileError
from crm.domain.delimited.foreign import NOT_TEXT
from crm.domain.delimited.letters import code_page_of

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b\x01\x1f")) + b"\x7f"
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CUT = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")  # the last character of a sample may be half of one
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_ALL_HIGH = re.compile(rb"[\x80-\xff]{4,}")
_MOST_CONTROL = 0.02
_MOSTLY = 0.6
_CHANCE = 2
_ENOUGH = 64 * 1024
_ENOUGH_LINES = 2_000
_ACCENTED = re.compile(rb"[\x80-\xff][^\r\n]{0,99}")


class Encoded(NamedTuple):
    """`bom`: bytes of the byte order mark; `guessed`: the bytes could be text in another encoding as well."""

    encoding: str
    bom: int = 0
    guessed: bool = False


def encoding_of(sample: bytes, given: str | None, *, whole: bool) -> Encoded:
    """By the byte order mark; else what is given; else by the bytes. Raises FileError: no text, or no known one."""
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileError("unknown_encoding", "the text is in UTF-32: save it as UTF-8")
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return Encoded(encoding, len(mark))
    if given is not None:
        return Encoded(valid_encoding(given))
    if wide := _wide(sample):
        return Encoded(wide)
    return _narrow(sample if whole else _CUT.sub(b"", sample))


def encoding_beyond(block: bytes) -> str | None:
    """The encoding by a later block of a file whose sample was ASCII alone; None if this block is as well.

    Raises FileError: no known encoding.
    """
    accented = b"\n".join(match.group() for match in islice(_ACCENTED.finditer(block), _ENOUGH_LINES))
    return _narrow(accented).encoding if accented else None


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: ASCII characters, at least delimiters and line ends, have an empty half."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) / 20 or min(even, odd) > max(even, odd) / 10:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _narrow(sample: bytes) -> Encoded:
    if len(sample.translate(None, _CONTROL)) < len(sample) * (1 - _MOST_CONTROL):
        raise FileError(NOT_TEXT, "this is no text, but binary data: a CSV file is expected")
    readable = sum(map(len, _SEQUENCE.findall(sample)))
    if readable >= len(_HIGH.findall(sample)) * _MOSTLY:  # the rows of the other bytes are told as unreadable
        return Encoded("utf-8")
    words = set(_WORD.findall(sample))
    if sum(1 for word in words if _ALL_HIGH.search(word)) > max(_CHANCE, len(words) / 2):
        raise _unknown(sample)
    return Encoded(code_page_of(sample), guessed=True)


def _unknown(sample: bytes) -> FileError:
    """In words of Latin letters, accents do not come in a row."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:_ENOUGH]).best()
    name = f" (it may be {best.encoding})" if best else ""
    return FileError("unknown_encoding", f"the encoding of the text is not known{name}: save it as UTF-8")
