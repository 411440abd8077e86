"""Find duplicate rows, those about the same people, in files of any size: by digests of all identities of each row.

Each chunk of a file leaves its marks, sorted, in one file; the marks of all chunks are then read together, one range
of digests after the other. Only one range, and the duplicate rows, are in memory at once.
"""

import hashlib
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

Place = int
"""A row and the position of its record in the file of its chunk: in the order of the rows."""

RANGES = 256
"""Number of ranges of digests, by their first byte."""

MAX_SHARING = 20
"""Maximum different people that can share a weaker identity: one of more people (the number of a switchboard, the
address of an agency) identifies none of them.
"""

STRONGEST = bytes(8)
"""In a mark: the row has no stronger identity than this one."""

DIGEST_BYTES = 8
_MARK = struct.Struct(">8sQ8s")
_OFFSET_BITS = 32
_INDEX = struct.Struct(f">{RANGES + 1}I")
MARK_BYTES = _MARK.size
INDEX_BYTES = _INDEX.size


def pack_place(row: int, offset: int) -> Place:
    """Pack a row and an offset. `row` below 2**31, numbered over the whole file; `offset` in bytes, below 2**32."""
    return row << _OFFSET_BITS | offset


def row_number(place: Place) -> int:
    """Return the row of a place."""
    return place >> _OFFSET_BITS


def offset_of(place: Place) -> int:
    """Return the offset of a place."""
    return place & ((1 << _OFFSET_BITS) - 1)


def identity_digest(name: str, key: bytes) -> bytes:
    """Digest an identity. It is keyed, so that a file of digests does not reveal who is in it by guessing."""
    return hashlib.blake2b(name.encode(), key=key, digest_size=DIGEST_BYTES).digest()


class Mark(NamedTuple):
    """An identity of a row. `strongest`: the digest of the row's strongest identity; STRONGEST where it is this one."""

    digest: bytes
    place: Place
    strongest: bytes


class SharedIdentity(NamedTuple):
    """Rows with the same identity. `unidentifying`: those in which it does not count, as too many people share it."""

    digest: bytes
    places: list[Place]
    unidentifying: list[Place]


def marks_file(marks: Iterable[Mark]) -> bytes:
    """Return the marks of one chunk in order, behind an index of the beginning of each range, in bytes."""
    ordered = sorted(_MARK.pack(*mark) for mark in marks)
    sizes = [0] * RANGES
    for mark in ordered:
        sizes[mark[0]] += MARK_BYTES
    begins = [INDEX_BYTES]
    for size in sizes:
        begins.append(begins[-1] + size)
    return b"".join([_INDEX.pack(*begins), *ordered])


def ranges_of(index: bytes) -> tuple[int, ...]:
    """Return where each range begins, and the last one ends, from the first INDEX_BYTES of a file of marks."""
    return _INDEX.unpack(index)


def shared_identities(marks: Iterable[bytes]) -> Iterator[SharedIdentity]:
    """Yield the identities of several rows, from the same range of all files."""
    ordered = sorted(
        piece[start : start + MARK_BYTES] for piece in marks for start in range(0, len(piece), MARK_BYTES)
    )
    for digest_, same in groupby(ordered, key=lambda mark: mark[:DIGEST_BYTES]):
        found = _shared_identity(digest_, [Mark(*_MARK.unpack(mark)) for mark in same])
        if len(found.places) > 1 or found.unidentifying:
            yield found


def _shared_identity(digest_: bytes, marks: Sequence[Mark]) -> SharedIdentity:
    places = sorted({mark.place for mark in marks})
    weak = {mark.place: mark.strongest for mark in marks if mark.strongest != STRONGEST}
    if len(set(weak.values())) <= MAX_SHARING:
        return SharedIdentity(digest_, places, [])
    return SharedIdentity(digest_, [place for place in places if place not in weak], sorted(weak))


class RowClusters:
    """Groups of rows about the same person, directly or through other rows."""

    def __init__(self) -> None:
        self._met = array("Q")

    def __len__(self) -> int:
        """Return how many pairs were added: at most twice as many rows are in groups."""
        return len(self._met) // 2

    def add(self, places: Sequence[Place]) -> None:
        """Add rows about the same person; a single one is a group of its own, unless it is in another pair."""
        for place in places[1:] or places:
            self._met.extend((places[0], place))

    def groups(self) -> list[list[Place]]:
        """Return each group in the order of the rows, in the order of their first rows."""
        rows = array("Q", sorted(set(self._met)))
        first = self._firsts(rows)
        groups: dict[int, list[Place]] = {}
        for number, row in enumerate(rows):
            groups.setdefault(_top(first, number), []).append(row)
        return list(groups.values())

    def _firsts(self, rows: Sequence[Place]) -> "array[int]":
        """Return for each row one of its group that comes before it, or itself: repeated, the first of its group."""
        first = array("I", range(len(rows)))
        for one, other in zip(self._met[::2], self._met[1::2], strict=True):
            tops = _top(first, bisect_left(rows, one)), _top(first, bisect_left(rows, other))
            first[max(tops)] = min(tops)
        return first


def _top(first: "array[int]", number: int) -> int:
    while first[number] != number:
        first[number] = number = first[first[number]]
    return number
