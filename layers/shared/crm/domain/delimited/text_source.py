"""Read the bytes of a file as text in UTF-8: decompressed, and transcoded from UTF-16, piece by piece in little
memory.
"""

import codecs
import zlib
from collections.abc import Iterable, Iterator

from crm.domain.delimited.file_error import FileError

MAX_FILE_BYTES = 50 * 1000**3
"""Maximum bytes of a file, uncompressed."""

SAMPLE = 256 * 1024
"""Bytes by which a file's dialect is detected."""

_UNREADABLE = "crm.unreadable"
_AT_ONCE = 4 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def looks_gzipped(start: bytes) -> bool:
    """Return whether a file that begins like this is compressed, whatever its name says."""
    return start.startswith(_GZIP_MAGIC)


def utf8(pieces: Iterable[bytes], *, gzipped: bool, encoding: str) -> Iterator[bytes]:
    """Yield the text of a file, without byte order mark. Raises FileError.

    Undecodable bytes become bytes that are invalid in UTF-8: `read_rows` reports the rows with them.
    """
    unmarked = decoded_text(pieces, gzipped=gzipped, encoding=encoding)
    return unmarked if encoding == "utf-8" else _transcoded(unmarked, encoding)


def decoded_text(pieces: Iterable[bytes], *, gzipped: bool, encoding: str) -> Iterator[bytes]:
    """Yield the text of a file in its own encoding, without byte order mark. Raises FileError."""
    return _without(_BOMS.get(encoding, b""), _limited(_gunzipped(pieces) if gzipped else iter(pieces)))


def sample(pieces: Iterable[bytes], gzipped: bool) -> bytes:
    """Return the first SAMPLE bytes, in the file's own encoding. Raises FileError."""
    taken = b""
    for piece in _gunzipped(pieces) if gzipped else pieces:
        taken += piece
        if len(taken) >= SAMPLE:
            break
    return taken[:SAMPLE]


def _limited(pieces: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_FILE_BYTES:
            raise FileError("file_too_large", f"the file has more than {MAX_FILE_BYTES:,} bytes: split it")
        yield piece


def _without(mark: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= len(mark):
            break
    yield start.removeprefix(mark) if mark else start
    yield from pieces


def _gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress one or several members, as gzip's own tools write and read them."""
    member = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
            rest, more = piece, False
            while rest or more:
                if member.eof:
                    rest = rest.lstrip(b"\0")
                    if not rest:
                        break
                    member = zlib.decompressobj(_GZIP)
                text = member.decompress(rest, _AT_ONCE)
                yield text
                more = len(text) == _AT_ONCE and not member.eof
                rest = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error as error:
        raise FileError("broken_gzip", "the file is not a complete gzip file: compress it again") from error
    if not member.eof:
        raise FileError("broken_gzip", "the gzip file is incomplete: upload it again")


def _transcoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    wide = encoding.startswith("utf-16")
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass" if wide else _UNREADABLE)
    errors = "surrogatepass" if wide else "surrogateescape"
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", errors)
    try:
        yield decoder.decode(b"", True).encode("utf-8", errors)
    except UnicodeDecodeError:  # half a character is left at the end
        yield b"\xff"


def _unreadable(error: UnicodeError) -> tuple[str, int]:
    """Replace undecodable bytes by one that is invalid in UTF-8, whatever they are."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error(_UNREADABLE, _unreadable)
