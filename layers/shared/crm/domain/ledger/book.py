"""The ledger of a profile: the state of each business object, replaced with the days of the log.

The newest objects are inline, in the profile's item; the others are in pages by the hash of their keys. A page is
read where an event concerns an object that is not inline, and where all objects are needed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from zlib import crc32

from crm.domain.json_text import size_of
from crm.domain.ledger.contributions import Contributions
from crm.domain.ledger.entry import LedgerObject, Page, bounded, time_of
from crm.domain.ledger.page_budget import SortKey, within_budget
from crm.domain.ledger.stored_entry import dump_entry
from crm.domain.times import DAY_MS, MINUTE_MS


class LogPiece(Protocol):
    """A piece of a log (`crm.domain.counts.Piece`), as the ledger reads it.

    `start`: its first minute since 1970, UTC; `day`: the number of its day; `contributions`: those by object.
    """

    start: int
    contributions: dict[str, Contributions]

    @property
    def day(self) -> int: ...


ReadPages = Callable[[int, int], Mapping[int, Page]]
"""Reads the stored pages from one number to another, both included."""

INLINE = 300
"""Maximum objects that a profile holds itself."""

INLINE_BYTES = 40_000
"""Maximum bytes of their stored form, as JSON."""

LEDGER_PAGES = 64

_DAY = DAY_MS // MINUTE_MS
"""Minutes of a day."""


class LedgerNotReadError(Exception):
    """An object was requested that may be in a page that has not been read."""


def page_of(key: str) -> int:
    """Return the number of the page of an object that is not inline."""
    return crc32(key.encode()) % LEDGER_PAGES


@dataclass(slots=True)
class Ledger:
    """The ledger of one log.

    `entries`: inline, by key. `generation` names the pages, of which those in `paged` are stored; `until`: the time
    of the newest object in them. `pages`: those that were read, or are to be written (`dirty`).
    """

    entries: Page = field(default_factory=dict)
    generation: str = ""
    paged: frozenset[int] = frozenset()
    until: int = 0
    pages: dict[int, Page] = field(default_factory=dict, compare=False)
    dirty: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.entries or self.paged)

    def copy(self) -> "Ledger":
        """Return an independent copy. Entries are shared: they never change."""
        pages = {number: dict(page) for number, page in self.pages.items()}
        return Ledger(dict(self.entries), self.generation, self.paged, self.until, pages, set(self.dirty))

    def replace(
        self,
        ranges: Collection[tuple[int, int]],
        fresh: Iterable[LogPiece],
        tail: LogPiece | None,
        read: ReadPages | None,
    ) -> bool:
        """Replace what these ranges of minutes contributed by what was read again; return whether that changed
        anything.

        `tail`: the last piece of a dense day, as it is now.
        """
        gone = {place for start, end in ranges for place in _places(start, end)}
        fresh_by_key = _by_key(ranges, fresh, tail)
        held = {key for key, entry in self.entries.items() if not gone.isdisjoint(entry)}
        changed = False
        for key in sorted(held | fresh_by_key.keys()):
            page = self._page_with(key, read)
            former = page.get(key) or LedgerObject()
            entry = LedgerObject(
                {place: contributions for place, contributions in former.items() if place not in gone}
            )
            for place, contributions in fresh_by_key.get(key, {}).items():
                entry[place] = entry[place] + contributions if place in entry else contributions
            entry = bounded(entry)
            if entry == former:
                continue
            changed = True
            if page is not self.entries:
                self.dirty.add(page_of(key))
            if entry:
                page[key] = entry
                if page is not self.entries:
                    self.until = max(self.until, time_of(entry))
            else:
                page.pop(key, None)
        return changed

    def _page_with(self, key: str, read: ReadPages | None) -> Page:
        """Return the page, or the inline entries, where an object is or will be."""
        number = page_of(key)
        if key in self.entries or number not in self.paged:
            return self.entries
        page = self._read_page(number, read)
        return page if key in page else self.entries

    def _read_page(self, number: int, read: ReadPages | None) -> Page:
        if number not in self.pages:
            self._read(number, number, read)
        return self.pages[number]

    def _read(self, first: int, last: int, read: ReadPages | None) -> None:
        if read is None:
            raise LedgerNotReadError(f"pages {first} to {last} of the ledger have not been read")
        found = read(first, last)
        for number in self.paged:
            if first <= number <= last:
                self.pages.setdefault(number, dict(found.get(number, {})))

    def settle(self, generation: str, read: ReadPages | None, sort_key: SortKey = str) -> None:
        """Move the oldest objects to pages, where too many are inline, and keep each page within its budget.

        A first page begins a generation. `sort_key`: the secret order in which a full page keeps objects.
        """
        self._move_oldest(generation, read)
        for number in self.dirty:
            self.pages[number] = within_budget(self.pages[number], sort_key)

    def _move_oldest(self, generation: str, read: ReadPages | None) -> None:
        stored = [dump_entry(entry) for entry in self.entries.values()]
        if len(stored) <= INLINE and size_of(stored) <= INLINE_BYTES:
            return
        weights = {key: size_of(dump_entry(entry)) for key, entry in self.entries.items()}
        total = sum(weights.values())
        order = sorted(weights, key=lambda key: (time_of(self.entries[key]), key))
        left = len(order)
        for key in order:
            if left <= INLINE and total <= INLINE_BYTES:
                break
            self._move(key, generation, read)
            left -= 1
            total -= weights[key]

    def _move(self, key: str, generation: str, read: ReadPages | None) -> None:
        if not self.paged:
            self.generation, self.pages = generation, {}
        number, entry = page_of(key), self.entries.pop(key)
        page = self._read_page(number, read) if number in self.paged else self.pages.setdefault(number, {})
        page[key] = entry
        self.paged |= {number}
        self.dirty.add(number)
        self.until = max(self.until, time_of(entry))

    def all(self, read: ReadPages | None) -> Page:
        """Return all objects, inline and in pages. Raises LedgerNotReadError."""
        if missing := self.paged - self.pages.keys():
            self._read(min(missing), max(missing), read)
        found = dict(self.entries)
        for number in self.paged:
            found |= self.pages[number]
        return found

    def prune(self, metric_ids: Collection[str]) -> None:
        """Drop metrics that no definition requires from the inline entries."""
        wanted = frozenset(metric_ids)
        for key, entry in self.entries.items():
            if not all(contributions.keeps_only(wanted) for contributions in entry.values()):
                self.entries[key] = LedgerObject(
                    {
                        place: contributions.with_metrics(wanted.__contains__)
                        for place, contributions in entry.items()
                    }
                )


def _places(start: int, end: int) -> Iterator[int]:
    """Yield the positions of a range of minutes of one day in entries."""
    day = start // _DAY
    if start == day * _DAY:
        yield 2 * day
    if end == (day + 1) * _DAY:
        yield 2 * day + 1


def _by_key(
    ranges: Collection[tuple[int, int]], fresh: Iterable[LogPiece], tail: LogPiece | None
) -> dict[str, LedgerObject]:
    found: dict[str, LedgerObject] = {}
    for piece in fresh:
        if not piece.contributions or not any(start <= piece.start < end for start, end in ranges):
            continue
        is_tail = tail is not None and tail.day == piece.day and piece.start >= tail.start
        place = 2 * piece.day + is_tail
        for key, contributions in piece.contributions.items():
            entry = found.setdefault(key, LedgerObject())
            entry[place] = entry[place] + contributions if place in entry else contributions
    return found


def retained_contributions(entries: Page, since: int) -> dict[int, dict[str, Contributions]]:
    """Return what days before one contributed, by UTC day and key, for a log that may have lost part of them."""
    found: dict[int, dict[str, Contributions]] = {}
    for key, entry in entries.items():
        for place in sorted(entry):
            if place // 2 < since:
                of_day = found.setdefault(place // 2, {})
                of_day[key] = of_day[key] + entry[place] if key in of_day else entry[place]
    return found
