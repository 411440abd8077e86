"""Replace the counts of days by those that were read again from the log."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from crm.domain.counts import DAY, Counts, Piece
from crm.domain.daily.block import Block, block_of
from crm.domain.daily.daily_counts import DailyCounts


def replace_days(counted: DailyCounts, ranges: Collection[tuple[int, int]], fresh: Sequence[Piece]) -> None:
    """Replace the counts of these ranges, each within a day, by those that were read again.

    The pages that contain them must be read.
    """
    changes: dict[int, Counts | None] = {}
    by_day: dict[int, list[Piece]] = {}
    for piece in fresh:
        if piece.counts.entries:
            by_day.setdefault(piece.day, []).append(piece)
    for start, end in ranges:
        pieces = [piece for piece in by_day.get(start // DAY, ()) if start <= piece.start < end]
        _replace_range(counted, start, end, pieces, changes)
    _apply(counted, changes)


def _replace_range(
    counted: DailyCounts, start: int, end: int, pieces: list[Piece], changes: dict[int, Counts | None]
) -> None:
    day, tail = start // DAY, counted.tail
    if tail is not None and tail.day == day and start < tail.start:
        changes[day] = _sum(pieces)
        return
    if tail is not None and tail.day == day:
        done, counted.tail = [_counts_of(counted, day, changes)], None
    else:
        done = []
    if len(pieces) > 1 or (done and pieces):
        _end_tail(counted, changes)
        counted.tail = pieces.pop()
    changes[day] = _sum(pieces, done)


def merge_tail(counted: DailyCounts) -> None:
    """Merge the tail into its day."""
    changes: dict[int, Counts | None] = {}
    _end_tail(counted, changes)
    _apply(counted, changes)


def _end_tail(counted: DailyCounts, changes: dict[int, Counts | None]) -> None:
    if counted.tail is not None:
        day, tail = counted.tail.day, counted.tail
        changes[day] = _sum([tail], [_counts_of(counted, day, changes)])
        counted.tail = None


def _counts_of(counted: DailyCounts, day: int, changes: Mapping[int, Counts | None]) -> Counts:
    if day in changes:
        return changes[day] or Counts()
    block = counted.block(block_of(day))
    return (block.days.get(day) if block else None) or Counts()


def _apply(counted: DailyCounts, changes: Mapping[int, Counts | None]) -> None:
    by_block: dict[int, dict[int, Counts | None]] = {}
    for day, counts in changes.items():
        by_block.setdefault(block_of(day), {})[day] = counts
    for number, changed in sorted(by_block.items()):
        held = counted.block(number)
        days = held.days_except(changed) if held else {}
        days |= {day: counts for day, counts in changed.items() if counts is not None}
        _put(counted, number, Block.from_days(number, days))


def _put(counted: DailyCounts, number: int, block: Block) -> None:
    if number in counted.pages:
        former = counted.pages[number]
        if former.days != block.days:
            counted.closed = counted.closed.without(former.totals) + block.totals
            counted.pages[number] = block
            counted.dirty.add(number)
    elif block.days:
        counted.blocks[number] = block
    else:
        counted.blocks.pop(number, None)


def _sum(pieces: Iterable[Piece], first: Iterable[Counts] = ()) -> Counts | None:
    parts = [*first, *(piece.counts for piece in pieces)]
    total = parts[0] if len(parts) == 1 else sum(parts, Counts())
    return total if total.entries else None
