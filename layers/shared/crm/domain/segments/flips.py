"""Flips: the instant at which time alone changes each segment of a profile, stored with it, so that only those are
evaluated.

The format is `[format]`, then for each segment its position among the evaluated segments, and its instant: in
quarters of an hour, at which days begin in every time zone, or in milliseconds. Both are differences to the one
before.
"""

from collections.abc import Mapping

from crm.domain.daily.numbers import get_signed, get_varint, put_signed, put_varint
from crm.domain.times import MINUTE_MS

_FORMAT = 1
MAX_FLIPS = 64
"""Maximum segments; with more, all are evaluated when the first one is due."""

_QUARTER_MS = 15 * MINUTE_MS


def pack_flips(flips: Mapping[int, int]) -> bytes | None:
    """Pack instants (epoch ms) by position; return None if there are too many."""
    if len(flips) > MAX_FLIPS:
        return None
    out = bytearray((_FORMAT,))
    place, quarter = 0, 0
    for each, at in sorted(flips.items()):
        quarters, rest = divmod(at, _QUARTER_MS)
        put_varint(out, (each - place) << 1 | (rest > 0))
        put_signed(out, quarters - quarter)
        if rest:
            put_varint(out, rest)
        place, quarter = each, quarters
    return bytes(out)


def unpack_flips(packed: bytes | None) -> dict[int, int] | None:
    """Unpack instants by position; return None if they are unknown: then all segments are evaluated."""
    if packed is None or packed[0] != _FORMAT:
        return None
    flips: dict[int, int] = {}
    place, quarter, at = 0, 0, 1
    while at < len(packed):
        step, at = get_varint(packed, at)
        later, at = get_signed(packed, at)
        place, quarter = place + (step >> 1), quarter + later
        rest, at = get_varint(packed, at) if step & 1 else (0, at)
        flips[place] = quarter * _QUARTER_MS + rest
    return flips
