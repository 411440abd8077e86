"""Find duplicate rows, those about the same people, in files of any size: by digests of all whom each row names.

Each chunk of a file leaves its marks, sorted, in one file; the marks of all chunks are then read together, one range
of digests after the other. What is held at once is one range, and the rows that do meet others.
"""

import hashlib
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

Place = int
"""A row and where its record is in the file of its chunk: in the order of the rows."""

RANGES = 256
"""Into which digests are divided, by their first byte."""

MOST_SHARING = 20
"""Different people that can share a weaker identity: what more of them have (the number of a switchboard, the address
of an agency) names none of them.
"""

STRONGEST = bytes(8)
"""In a mark: the row has no stronger identity than this one."""

DIGEST_BYTES = 8
_MARK = struct.Struct(">8sQ8s")
_OFFSET_BITS = 32
_INDEX = struct.Struct(f">{RANGES + 1}I")
MARK_BYTES = _MARK.size
INDEX_BYTES = _INDEX.size


def place_of(row: int, offset: int) -> Place:
    """`row` below 2**31, numbered over the whole file; `offset` in bytes, below 2**32."""
    return row << _OFFSET_BITS | offset


def row_of(place: Place) -> int:
    return place >> _OFFSET_BITS


def offset_of(place: Place) -> int:
    return place & ((1 << _OFFSET_BITS) - 1)


def digest(name: str, key: bytes) -> bytes:
    """Of somebody's name. Keyed: nobody can tell by guessing who is in a file of digests."""
    return hashlib.blake2b(name.encode(), key=key, digest_size=DIGEST_BYTES).digest()


class Mark(NamedTuple):
    """That a row names somebody. `beside`: the digest of its strongest identity, or STRONGEST where this is it."""

    digest: bytes
    place: Place
    beside: bytes


class Meeting(NamedTuple):
    """Rows that name the same one. `apart`: rows in which the digest must name nobody, because too many share it."""

    digest: bytes
    places: list[Place]
    apart: list[Place]


def marks_file(marks: Iterable[Mark]) -> bytes:
    """The marks of one chunk in order, behind an index of where each range begins, in bytes."""
    ordered = sorted(_MARK.pack(*mark) for mark in marks)
    sizes = [0] * RANGES
    for mark in ordered:
        sizes[mark[0]] += MARK_BYTES
    begins = [INDEX_BYTES]
    for size in sizes:
        begins.append(begins[-1] + size)
    return b"".join([_INDEX.pack(*begins), *ordered])


def ranges_of(index: bytes) -> tuple[int, ...]:
    """Where each range begins, and the last one ends, from the first INDEX_BYTES of a file of marks."""
    return _INDEX.unpack(index)


def together(marks: Iterable[bytes]) -> Iterator[Meeting]:
    """Who is named by several rows, from the same range of all files."""
    ordered = sorted(
        piece[start : start + MARK_BYTES] for piece in marks for start in range(0, len(piece), MARK_BYTES)
    )
    for digest_, same in groupby(ordered, key=lambda mark: mark[:DIGEST_BYTES]):
        meeting = _meeting(digest_, [Mark(*_MARK.unpack(mark)) for mark in same])
        if len(meeting.places) > 1 or meeting.apart:
            yield meeting


def _meeting(digest_: bytes, marks: Sequence[Mark]) -> Meeting:
    places = sorted({mark.place for mark in marks})
    weak = {mark.place: mark.beside for mark in marks if mark.beside != STRONGEST}
    if len(set(weak.values())) <= MOST_SHARING:
        return Meeting(digest_, places, [])
    return Meeting(digest_, [place for place in places if place not in weak], sorted(weak))


class Meetings:
    """Groups of rows that meet: directly, or over others that both of them meet."""

    def __init__(self) -> None:
        self._met = array("Q")

    def __len__(self) -> int:
        """How many meetings of two were added: at most twice as many rows are in groups."""
        return len(self._met) // 2

    def add(self, places: Sequence[Place]) -> None:
        """These rows meet; a single one is a group of its own, if it meets no others."""
        for place in places[1:] or places:
            self._met.extend((places[0], place))

    def groups(self) -> list[list[Place]]:
        """Each in the order of the rows, in the order of their first rows."""
        rows = array("Q", sorted(set(self._met)))
        first = self._firsts(rows)
        groups: dict[int, list[Place]] = {}
        for number, row in enumerate(rows):
            groups.setdefault(_top(first, number), []).append(row)
        return list(groups.values())

    def _firsts(self, rows: Sequence[Place]) -> "array[int]":
        """Of each row one that it meets and that comes before it, or itself: followed up, the first of its group."""
        first = array("I", range(len(rows)))
        for one, other in zip(self._met[::2], self._met[1::2], strict=True):
            tops = _top(first, bisect_left(rows, one)), _top(first, bisect_left(rows, other))
            first[max(tops)] = min(tops)
        return first


def _top(first: "array[int]", number: int) -> int:
    while first[number] != number:
        first[number] = number = first[first[number]]
    return number
