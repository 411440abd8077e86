"""The stored form of the inline counts: one compact binary text.

`[format][names of metrics][pages: generation, lowest, highest, their sum][tail][blocks]`.
"""

from base64 import b64decode, b64encode

from crm.domain.counts import DAY, Counts, Piece
from crm.domain.daily.block import Block, block_of
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.daily.numbers import get_signed, get_varint, put_signed, put_varint

_FORMAT = 1
_TAIL, _PAGES = 1, 2
_ID_BYTES = 6


def dumps(counted: DailyCounts) -> str:
    """Serialise the inline counts as text for JSON; empty if there are none."""
    if not (counted.blocks or counted.tail or counted.paged):
        return ""
    names = counted.names
    blocks = [(number, counted.blocks[number].encoded(names)) for number in sorted(counted.blocks)]
    pages = _pages(counted, names) if counted.paged else b""
    tail = _tail(counted.tail, names) if counted.tail else b""
    out = bytearray((_FORMAT, (_TAIL if tail else 0) | (_PAGES if pages else 0)))
    _put_names(out, names)
    out += pages + tail
    last = 0
    put_varint(out, len(blocks))
    for number, data in blocks:
        put_signed(out, number - last)
        put_varint(out, len(data))
        out += data
        last = number
    return b64encode(out).decode()


def _pages(counted: DailyCounts, names: list[str]) -> bytes:
    out = bytearray()
    _put_text(out, counted.generation.encode())
    for number in counted.paged or ():
        put_signed(out, number)
    _put_text(out, Block.from_days(0, {0: counted.closed}).encoded(names))
    return bytes(out)


def _tail(tail: Piece, names: list[str]) -> bytes:
    out = bytearray()
    put_varint(out, tail.start)
    day = tail.day
    _put_text(out, Block.from_days(block_of(day), {day: tail.counts}).encoded(names))
    return bytes(out)


def loads(text: str) -> DailyCounts:
    """Restore the counts that `dumps` wrote."""
    data = b64decode(text)
    if data[0] != _FORMAT:
        raise ValueError(f"the counts have the unknown format {data[0]}")
    flags = data[1]
    names, at = _get_names(data, 2)
    counted = DailyCounts(names=names)
    if flags & _PAGES:
        generation, at = _get_text(data, at)
        low, at = get_signed(data, at)
        high, at = get_signed(data, at)
        closed, at = _get_text(data, at)
        counted.generation, counted.paged = generation.decode(), (low, high)
        counted.closed = Block(0, closed, names).days.get(0) or Counts()
    if flags & _TAIL:
        start, at = get_varint(data, at)
        stored, at = _get_text(data, at)
        day = start // DAY
        counts = Block(block_of(day), stored, names).days[day]
        counted.tail = Piece(start, (day + 1) * DAY, counts)
    blocks, at = get_varint(data, at)
    last = 0
    for _ in range(blocks):
        later, at = get_signed(data, at)
        length, at = get_varint(data, at)
        last += later
        counted.blocks[last] = Block(last, data[at : at + length], names)
        at += length
    return counted


def dump_page(page: Block) -> bytes:
    """Serialise a page, which names its metrics itself."""
    names: list[str] = []
    data = page.encoded(names)
    out = bytearray((_FORMAT,))
    _put_names(out, names)
    return bytes(out + data)


def load_page(number: int, data: bytes) -> Block:
    """Restore a page from its stored form."""
    if data[0] != _FORMAT:
        raise ValueError(f"the page has the unknown format {data[0]}")
    names, at = _get_names(data, 1)
    return Block(number, data[at:], names)


def _put_names(out: bytearray, names: list[str]) -> None:
    put_varint(out, len(names))
    for name in names:
        out += name[0].encode() + bytes.fromhex(name[1:])


def _get_names(data: bytes, at: int) -> tuple[list[str], int]:
    number, at = get_varint(data, at)
    behind = at + number * _ID_BYTES
    parts = (data[place : place + _ID_BYTES] for place in range(at, behind, _ID_BYTES))
    return [chr(part[0]) + part[1:].hex() for part in parts], behind


def _put_text(out: bytearray, text: bytes) -> None:
    put_varint(out, len(text))
    out += text


def _get_text(data: bytes, at: int) -> tuple[bytes, int]:
    length, at = get_varint(data, at)
    return data[at : at + length], at + length
