"""One DynamoDB table in memory: sorted partitions, indexes, and the changes that its stream would carry."""

import time
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.schema import Index, Key, Table

MISSING_SORT_KEY = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One stream record: the images before and after; None if there is none. `at`: epoch seconds."""

    key: Item
    old: Item | None
    new: Item | None
    at: float = field(default_factory=time.time, compare=False)

    @property
    def event_name(self) -> str:
        """INSERT, MODIFY or REMOVE, as streams call it."""
        if self.old is None:
            return "INSERT"
        return "REMOVE" if self.new is None else "MODIFY"


class Partition:
    """The items of one partition key, in the order of their sort keys."""

    def __init__(self) -> None:
        self._order: list[Key] = []
        self._items: dict[Key, Item] = {}

    def copied(self) -> "Partition":
        """Return a copy with the same items, which are immutable, and its own order."""
        made = Partition()
        made._order, made._items = list(self._order), dict(self._items)
        return made

    def put(self, key: Key, item: Item) -> None:
        """Add or replace an item."""
        if key not in self._items:
            insort(self._order, key)
        self._items[key] = item

    def remove(self, key: Key) -> None:
        """Remove an item, which must exist."""
        del self._items[key]
        del self._order[bisect_left(self._order, key)]

    def walk(self, *, forward: bool, after: Key | None) -> Iterator[Item]:
        """Yield items in either direction, from the start or from just after a key."""
        at = bisect_left(self._order, after) if after else None
        if forward:
            start = 0 if at is None else at + (self._order[at : at + 1] == [after])
            keys: Iterator[Key] = iter(self._order[start:])
        else:
            keys = reversed(self._order if at is None else self._order[:at])
        return (self._items[key] for key in keys)


class MemoryTable:
    """Items by key, found by partition in constant time; every write goes through `replace`."""

    def __init__(self, schema: Table) -> None:
        self.schema = schema
        self.items: dict[Key, Item] = {}
        self.changes: deque[Change] = deque()
        self._partitions: dict[tuple[str, str], Partition] = {}

    def copied(self) -> "MemoryTable":
        """Return an independent copy of the table, with the same items."""
        made = MemoryTable(self.schema)
        made.items, made.changes = dict(self.items), deque(self.changes)
        made._partitions = {place: partition.copied() for place, partition in self._partitions.items()}
        return made

    def get(self, key: Item) -> Item | None:
        """Return the item of a primary key, or None."""
        return self.items.get(self.schema.key_of(key))

    def replace(self, key: Item, new: Item | None) -> None:
        """Put (or, with None, delete) an item. The stream gets a record only if something changed."""
        place = self.schema.key_of(key)
        old = self.items.get(place)
        if old == new:
            return
        self._place(place, old, new)
        names = self.schema.keys
        self.changes.append(Change({name: key[name] for name in names}, old, new))

    def partition(self, index: str, value: str) -> Partition:
        """Return the items of one partition of the table (index "") or of an index."""
        return self._partitions.get((index, value)) or Partition()

    def _place(self, place: Key, old: Item | None, new: Item | None) -> None:
        for index in (Index("", self.schema.keys, None), *self.schema.indexes):
            before, after = index.entry(old, self.schema.keys), index.entry(new, self.schema.keys)
            if before is not None:
                self._partition(index, before).remove(_sort_key(index, before, place))
            if after is not None:
                self._partition(index, after).put(_sort_key(index, after, place), after)
        if new is None:
            del self.items[place]
        else:
            self.items[place] = new

    def _partition(self, index: Index, entry: Item) -> Partition:
        return self._partitions.setdefault((index.name, _text(entry, index.keys[0])), Partition())

    def sort_key(self, index_name: str, key: Item) -> Key:
        """Return the position of an entry in its partition, from an ExclusiveStartKey."""
        names = self.schema.index(index_name).keys if index_name else self.schema.keys
        return _sort_key(Index(index_name, names, None), key, self.schema.key_of(key))


def _sort_key(index: Index, entry: Item, place: Key) -> Key:
    sort_key = _text(entry, index.keys[1]) if len(index.keys) > 1 else MISSING_SORT_KEY
    return sort_key, *place


def _text(item: Item, name: str) -> str:
    content: Any = next(iter(item[name].values()))
    return str(content)
