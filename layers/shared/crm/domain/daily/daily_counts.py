"""The daily counts of a profile, by the UTC day of the key: each day is replaced from its log, never incremented.

The newest block and a few more are inline, in the profile's item; the others are in pages of their own, whose sum is
kept inline. A page is read only where its days are needed, or a late event falls into it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.domain.counts import DAY, Counts, Piece
from crm.domain.daily.block import Block, block_of
from crm.domain.daily.legacy import Legacy
from crm.domain.daily.metric_columns import BLOCK_DAYS
from crm.domain.metrics.tables import Days, joined_days

_ReadPages = Callable[[int, int], Mapping[int, Block]]
"""Reads the stored pages from one block number to another, both included."""

_EVERYTHING = -(1 << 60)


class PagesNotReadError(Exception):
    """The counts of days were requested whose pages have not been read: the result would be too small."""


@dataclass(slots=True)
class DailyCounts:
    """The counts of one log.

    `blocks`: inline, by number. `tail`: the last piece of a dense day; the day itself holds the pieces before it.
    `generation` names the pages, `paged` the lowest and the highest number that one may have; `closed`: the sum of
    them all, with the metrics that are kept without days. `pages`: those that were read, or are to be written
    (`dirty`). `legacy`: the counts of an earlier version, which are used until the log is folded again.
    """

    blocks: dict[int, Block] = field(default_factory=dict)
    tail: Piece | None = None
    closed: Counts = field(default_factory=Counts)
    generation: str = ""
    paged: tuple[int, int] | None = None
    names: list[str] = field(default_factory=list)
    pages: dict[int, Block] = field(default_factory=dict)
    dirty: set[int] = field(default_factory=set)
    legacy: Legacy | None = None
    _read_from: int | None = field(default=None, compare=False)
    _read: set[int] = field(default_factory=set, compare=False)

    def __bool__(self) -> bool:
        return bool(self.blocks or self.tail or self.paged or self.legacy)

    @classmethod
    def begun(cls) -> "DailyCounts":
        """Start the counts of a log that is folded from its beginning: all pages will be written by this fold."""
        return cls(_read_from=_EVERYTHING)

    def copy(self) -> "DailyCounts":
        """Return an independent copy. Blocks are shared: they never change."""
        return DailyCounts(
            dict(self.blocks),
            self.tail,
            self.closed,
            self.generation,
            self.paged,
            self.names,
            dict(self.pages),
            set(self.dirty),
            self.legacy,
            self._read_from,
            set(self._read),
        )

    @property
    def totals(self) -> Counts:
        """Return the counts of the whole log, without metrics."""
        total = Counts()
        for counts in self._totals():
            total.take(counts)
        return total

    def _totals(self) -> Iterator[Counts]:
        yield self.closed
        yield from (block.counts for block in self.blocks.values())
        yield from [self.tail.counts] if self.tail else []
        yield from self.legacy.pieces if self.legacy else []

    def newest_day(self, today: int) -> int | None:
        """Return the last day until today on which something is inline."""
        numbers = [number for number in self.blocks if number <= block_of(today)]
        days: list[int] = []
        if numbers:
            block = self.blocks[max(numbers)]
            days = [block.last_day] if block.last_day <= today else [d for d in block.days if d <= today]
        if self.tail is not None and self.tail.day <= today:
            days.append(self.tail.day)
        return max(days, default=None)

    def ranges(self, minutes: Iterable[int]) -> list[tuple[int, int]]:
        """Return the ranges of minutes `[start, end)` to read again after a change in these: days, or the pieces of a
        dense one.
        """
        return sorted({self._range(minute) for minute in minutes})

    def _range(self, minute: int) -> tuple[int, int]:
        start = minute // DAY * DAY
        if self.tail is not None and self.tail.day == minute // DAY:
            middle = self.tail.start
            return (start, middle) if minute < middle else (middle, start + DAY)
        return start, start + DAY

    def unread(self, days: Iterable[int]) -> list[int]:
        """Return the numbers of the pages that must be read before these days can be replaced."""
        tail = [self.tail.day] if self.tail else []
        numbers = {block_of(day) for day in (*days, *tail)}
        return sorted(number for number in numbers if self._is_paged(number) and not self._was_read(number))

    def _is_paged(self, number: int) -> bool:
        if number in self.blocks or self.paged is None:
            return False
        return self.paged[0] <= number <= self.paged[1]

    def _was_read(self, number: int) -> bool:
        return number in self._read or (self._read_from is not None and self._read_from <= number)

    def add_pages(self, found: Mapping[int, Block], numbers: Iterable[int]) -> None:
        """Add pages that were read; there are no others among these numbers."""
        self._read.update(numbers)
        self.pages = {**found, **self.pages}

    def read_from(self, day: int | None, read: _ReadPages | None) -> None:
        """Read the pages of a day and of all later days; None: of all days. Raises PagesNotReadError.

        A second read suggests further ones: then twice as many pages are read.
        """
        if self.paged is None:
            return
        low = self.paged[0] if day is None else max(self.paged[0], block_of(day))
        wanted = self._read_from if self._read_from is not None else self.paged[1] + 1
        high = min(self.paged[1], wanted - 1)
        while low <= high and (low in self.blocks or low in self._read):
            low += 1
        if low > high:
            return
        if self._read_from is not None:
            low = max(self.paged[0], min(low, 2 * self._read_from - self.paged[1] - 1))
        if read is None:
            raise PagesNotReadError(f"pages {low} to {high} have not been read")
        self.pages = {**read(low, high), **self.pages}
        self._read_from = low

    def is_closed(self, day: int, since: int) -> bool:
        """Return whether a day before another one has counts. The page that contains it must be read."""
        if day >= since:
            return False
        block = self.block(block_of(day))
        return (block is not None and day in block.days) or (self.tail is not None and self.tail.day == day)

    def block(self, number: int) -> Block | None:
        """Return a block, inline or in a page. Raises PagesNotReadError if its page has not been read."""
        if number in self.blocks:
            return self.blocks[number]
        if self._is_paged(number) and not self._was_read(number):
            raise PagesNotReadError(f"page {number} has not been read")
        return self.pages.get(number)

    def move_to_page(self, number: int, generation: str) -> None:
        """Move an inline block to a page. The first page begins a generation."""
        block = self.blocks.pop(number)
        if self.paged is None:
            self.generation, self._read_from = generation, _EVERYTHING
        self.closed = self.closed + block.totals
        self.paged = (min(number, *self.paged), max(number, *self.paged)) if self.paged else (number, number)
        self.pages[number] = Block.from_days(number, block.days)
        self.dirty.add(number)
        self._read.add(number)

    def days_of(self, metric_id: str) -> Days:
        """Return the values of a metric with days, by day; the pages with these days must be read."""
        parts = [block.days_of(metric_id) for block in self.blocks.values()]
        parts += [page.days_of(metric_id) for page in self.pages.values()]
        return joined_days(metric_id, parts + self._outside_blocks(metric_id))

    def total_of(self, metric_id: str) -> Days:
        """Return the value of a metric without days, under 0."""
        parts = [block.days_of(metric_id) for block in self.blocks.values()]
        parts.append(self.closed.metrics.get(metric_id, {}))
        return joined_days(metric_id, parts + self._outside_blocks(metric_id))

    def _outside_blocks(self, metric_id: str) -> list[Days]:
        """Return the values of a metric in the tail and in the counts of an earlier version."""
        counts = [*([self.tail.counts] if self.tail else []), *(self.legacy.pieces if self.legacy else [])]
        return [each.metrics.get(metric_id, {}) for each in counts]

    def ranges_with(self, wanted: Callable[[Counts], Any]) -> Iterator[tuple[int, int]]:
        """Yield the ranges of minutes of the log whose counts satisfy `wanted`; pages are one range."""
        for block in self.blocks.values():
            if wanted(block.counts):
                yield block.first_day * DAY, (block.first_day + BLOCK_DAYS) * DAY
        if self.tail is not None and wanted(self.tail.counts):
            yield self.tail.start, self.tail.end
        if self.paged is not None and wanted(self.closed):
            yield self.paged[0] * BLOCK_DAYS * DAY, (self.paged[1] + 1) * BLOCK_DAYS * DAY
        yield from self.legacy.ranges_with(wanted) if self.legacy else []
