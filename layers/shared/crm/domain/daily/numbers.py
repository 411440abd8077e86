"""Whole numbers as bytes: varints, and columns of one width, which are read at the speed of C."""

import struct
from collections.abc import Sequence

_WIDTHS = "BHIQbhiq"
"""`struct` letters by code, 1 to 8: unsigned, then signed.

Code 0 is one number for all; codes from 9 on are that many bytes each.
"""

_SIZES = tuple(struct.calcsize(f"<{width}") for width in _WIDTHS)
_SIGNED = 4
MORE, _BITS_OF_BYTE = 0x80, 0x7F
"""A byte of a varint from MORE on is not its last."""
_BITS = (8, 16, 32, 64)


def put_varint(out: bytearray, number: int) -> None:
    """Append a number that is not negative: seven bits a byte, the lowest first."""
    while number > _BITS_OF_BYTE:
        out.append(number & _BITS_OF_BYTE | MORE)
        number >>= 7
    out.append(number)


def get_varint(data: bytes, at: int) -> tuple[int, int]:
    """Read the number at a position; return it and the position after it."""
    number = data[at]
    at += 1
    if number < MORE:
        return number, at
    number &= _BITS_OF_BYTE
    shift = 7
    while True:
        byte = data[at]
        at += 1
        number |= (byte & _BITS_OF_BYTE) << shift
        if byte < MORE:
            return number, at
        shift += 7


def put_signed(out: bytearray, number: int) -> None:
    """Append any number; small ones take few bytes, whatever their sign."""
    put_varint(out, number << 1 if number >= 0 else (-number << 1) - 1)


def get_signed(data: bytes, at: int) -> tuple[int, int]:
    """Read the signed number at a position; return it and the position after it."""
    number, at = get_varint(data, at)
    return -((number + 1) >> 1) if number & 1 else number >> 1, at


def put_column(out: bytearray, numbers: Sequence[int]) -> None:
    """Append numbers of any size, at least one; their count is not stored."""
    low, high = (min(numbers), max(numbers)) if len(numbers) > 1 else (numbers[0], numbers[0])
    if low == high:
        out.append(0)
        put_signed(out, low)
        return
    code = _code(low, high)
    out.append(code)
    if code <= len(_WIDTHS):
        out += struct.pack(f"<{len(numbers)}{_WIDTHS[code - 1]}", *numbers)
    else:
        for number in numbers:
            out += number.to_bytes(code, "little", signed=True)


def _code(low: int, high: int) -> int:
    first, bits = (
        (1, high.bit_length()) if low >= 0 else (1 + _SIGNED, 1 + max((~low).bit_length(), high.bit_length()))
    )
    for code, width in enumerate(_BITS, first):
        if bits <= width:
            return code
    return max(low.bit_length(), high.bit_length()) // 8 + 1


def get_column(data: bytes, at: int, count: int) -> tuple[Sequence[int], int]:
    """Read this many numbers at a position; return them and the position after them."""
    code = data[at]
    at += 1
    if code == 0:
        number = data[at]
        if number >= MORE:
            number, at = get_signed(data, at)
            return (number,) * count, at
        return (-((number + 1) >> 1) if number & 1 else number >> 1,) * count, at + 1
    if code <= len(_WIDTHS):
        form = f"<{count}{_WIDTHS[code - 1]}"
        return struct.unpack_from(form, data, at), at + struct.calcsize(form)
    behind = at + code * count
    parts = (data[place : place + code] for place in range(at, behind, code))
    return [int.from_bytes(part, "little", signed=True) for part in parts], behind


def skip_column(data: bytes, at: int, count: int) -> int:
    """Return the position after this many numbers."""
    code = data[at]
    at += 1
    if code == 0:
        while data[at] >= MORE:
            at += 1
        return at + 1
    return at + count * (_SIZES[code - 1] if code <= len(_SIZES) else code)
