"""Order the records of a stream for one function: the records of a key in their order, and sources in turn.

Lambda reads a stream in shards and batches: the order holds within a key only. Here batches begin with each source
(`so` of an activity) in turn, so that a new event is read within a few batches, whatever an import has put before it.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and its position in the stream. `attempts`: how often a function has failed with it."""

    place: int
    record: Record
    attempts: int = 0

    @property
    def id(self) -> str:
        return str(self.record["dynamodb"]["SequenceNumber"])


Batch = dict[str, list[Entry]]
"""Entries by partition key."""


@dataclass
class StreamReader:
    """The state of one function's reading. `next` is the first position not yet read. `waiting`: keys by the source
    that wrote last.
    """

    next: int
    waiting: "dict[str, OrderedDict[str, list[Entry]]]" = field(default_factory=dict)
    source_of: dict[str, str] = field(default_factory=dict)
    in_flight: Batch = field(default_factory=dict)
    batches: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def position(self) -> int:
        """Return the position from which no record may be lost: where to continue after a restart."""
        with self.lock:
            groups = (*self.waiting.values(), self.in_flight)
            return min(
                (entries[0].place for group in groups for entries in group.values()), default=self.next
            )

    def add(self, records: Iterable[tuple[int, Record]], *, end: int) -> None:
        """Add the records for the function, of all those before `end`."""
        with self.lock:
            for place, record in records:
                key = str(record["dynamodb"]["Keys"].get("pk"))
                self._put(key, [*self._pop(key), Entry(place, record)], _source(record))
            self.next = end

    def take(self, size: int) -> Batch:
        """Return the next batch: keys until there are `size` records. Records that failed before are delivered key by
        key.
        """
        with self.lock:
            batch: Batch = {}
            for key in self._free_keys():
                entries = self._entries(key)
                tried = entries[0].attempts > 0
                if batch and (tried or records_in(batch) + len(entries) > size):
                    break
                batch[key] = entries[:size]
                if tried:
                    break
            for key, entries in batch.items():
                source = self.source_of[key]
                if left := self._pop(key)[len(entries) :]:
                    self._put(key, left, source)
            self.in_flight |= batch
            self.batches += bool(batch)
            return batch

    def settle(self, batch: Batch, failed: set[str]) -> None:
        """Mark the batch as processed, except the records of these ids, which are delivered again, with those after
        them.
        """
        with self.lock:
            for key, entries in batch.items():
                del self.in_flight[key]
                source = self.source_of.get(key, "")
                if again := _from_first(entries, failed) + self._pop(key):
                    self._put(key, again, source)
                    self.waiting[source].move_to_end(key, last=False)
            self.batches -= 1

    def _free_keys(self) -> Iterator[str]:
        """Yield the free keys of the source whose turn it is, then those of the others."""
        turns = list(self.waiting.values())
        if turns:
            source = next(iter(self.waiting))
            self.waiting[source] = self.waiting.pop(source)
        return (key for keys in turns for key in keys if key not in self.in_flight)

    def _entries(self, key: str) -> list[Entry]:
        return self.waiting[self.source_of[key]][key]

    def _pop(self, key: str) -> list[Entry]:
        if key not in self.source_of:
            return []
        source = self.source_of.pop(key)
        entries = self.waiting[source].pop(key)
        if not self.waiting[source]:
            del self.waiting[source]
        return entries

    def _put(self, key: str, entries: list[Entry], source: str) -> None:
        self.source_of[key] = source
        self.waiting.setdefault(source, OrderedDict())[key] = entries


def _source(record: Record) -> str:
    image = record["dynamodb"].get("NewImage") or {}
    return str(image.get("so", {}).get("S", ""))


def records_in(batch: Batch) -> int:
    return sum(map(len, batch.values()))


def _from_first(entries: list[Entry], failed: set[str]) -> list[Entry]:
    for index, entry in enumerate(entries):
        if entry.id in failed:
            return [Entry(one.place, one.record, one.attempts + 1) for one in entries[index:]]
    return []
