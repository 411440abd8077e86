"""How many customers enter and leave each segment: every version of a profile that does either counts once.

The stream delivers a record more than once, so nothing is added up when it is consumed. A version is stored by its
mark, which follows from the profile and the version, and marks are counted once. Sums over all versions agree with
the members: a profile that is merged into another, deleted or erased leaves.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from crm.domain.memberships import segments_of
from crm.domain.profile import ProfileState
from crm.domain.times import MINUTE_MS

QUARTER_MS = 15 * MINUTE_MS
"""Marks are stored by quarters of an hour (UTC): days begin with one in every time zone."""

_MARK_BYTES = 8
_MAX_MARKS = 4096
"""Maximum marks of one item, which then takes less than 200 KB."""

ENTERED_PREFIX, LEFT_PREFIX = "e:", "l:"
"""Before the id of a segment: the marks of those that entered, and left, it."""

Marks = dict[str, bytes]
"""Marks, one after another, by prefix and segment."""


@dataclass(frozen=True, slots=True)
class EntriesAndExits:
    """The segments that a profile enters and leaves by one of its versions; `at`: when it was stored, epoch ms."""

    mark: bytes
    at: int
    entered: tuple[str, ...]
    left: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"mark": self.mark.hex(), "at": self.at, "entered": self.entered, "left": self.left}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Rebuild it from `record`."""
        mark = bytes.fromhex(record["mark"])
        return cls(mark, record["at"], tuple(record["entered"]), tuple(record["left"]))


def entries_and_exits(before: ProfileState | None, after: ProfileState, at: int) -> EntriesAndExits | None:
    """Return what a version that was stored at this instant (epoch ms) enters and leaves; None for nothing."""
    held = before.published_segments if before else frozenset[str]()
    wanted = segments_of(after.card)
    if held == wanted:
        return None
    mark = hashlib.blake2b(f"{after.id}:{after.version}".encode(), digest_size=_MARK_BYTES).digest()
    return EntriesAndExits(mark, at, tuple(sorted(wanted - held)), tuple(sorted(held - wanted)))


def packed(changes: Iterable[EntriesAndExits]) -> list[tuple[int, Marks]]:
    """Pack changes into as few items as possible, each of one quarter of an hour: the quarter and its marks."""
    by_quarter: dict[int, list[dict[str, bytearray]]] = {}
    room: dict[int, int] = {}
    for change in changes:
        quarter = change.at // QUARTER_MS
        items = by_quarter.setdefault(quarter, [])
        needed = len(change.entered) + len(change.left)
        if not items or room[quarter] < needed:
            items.append({})
            room[quarter] = _MAX_MARKS
        room[quarter] -= needed
        for prefix, segments in ((ENTERED_PREFIX, change.entered), (LEFT_PREFIX, change.left)):
            for segment_id in segments:
                items[-1].setdefault(prefix + segment_id, bytearray()).extend(change.mark)
    return [
        (quarter, {name: bytes(marks) for name, marks in item.items()})
        for quarter, items in by_quarter.items()
        for item in items
    ]


def count_marks(items: Iterable[Mapping[str, bytes]]) -> dict[str, int]:
    """Count the different marks of one quarter's items, by prefix and segment."""
    found: dict[str, set[bytes]] = {}
    for item in items:
        for name, marks in item.items():
            one_by_one = (marks[at : at + _MARK_BYTES] for at in range(0, len(marks), _MARK_BYTES))
            found.setdefault(name, set()).update(one_by_one)
    return {name: len(marks) for name, marks in found.items()}
