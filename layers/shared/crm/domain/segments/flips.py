"""Flips: when each segment that time alone will change does so, kept with the profile, so that time asks only those.

`[format]`, then for each its place among the segments that are asked, and its instant: in quarters of an hour, in which
days begin everywhere, or in milliseconds. Both as the difference to the one before.
"""

from collections.abc import Mapping

from crm.domain.daily.numbers import get_signed, get_varint, put_signed, put_varint
from crm.domain.times import MINUTE_MS

FORMAT = 1
MOST = 64
"""Segments; where more are waiting for their time, all are asked when the first flips."""

_QUARTER_MS = 15 * MINUTE_MS


def pack_flips(flips: Mapping[int, int]) -> bytes | None:
    """The stored form of instants (epoch ms) by place; None where they are too many."""
    if len(flips) > MOST:
        return None
    out = bytearray((FORMAT,))
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
    """Instants by place; None where they are not known: then all are asked."""
    if packed is None or packed[0] != FORMAT:
        return None
    flips: dict[int, int] = {}
    place, quarter, at = 0, 0, 1
    while at < len(packed):
        said, at = get_varint(packed, at)
        later, at = get_signed(packed, at)
        place, quarter = place + (said >> 1), quarter + later
        rest, at = get_varint(packed, at) if said & 1 else (0, at)
        flips[place] = quarter * _QUARTER_MS + rest
    return flips
