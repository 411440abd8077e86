"""The schema of a table, for the meter and the table in memory: keys, indexes and projections."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.dynamodb.item_size import Item

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. `includes`: projected attributes; None for all, empty for keys only."""

    name: str
    keys: tuple[str, ...]
    includes: frozenset[str] | None

    def entry(self, item: Item | None, table_keys: tuple[str, ...]) -> Item | None:
        """Return an item as the index holds it, or None if it lacks a key of this (sparse) index."""
        if item is None or any(key not in item for key in self.keys):
            return None
        if self.includes is None:
            return item
        wanted = self.includes.union(self.keys, table_keys)
        return {name: value for name, value in item.items() if name in wanted}


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name, key attributes (partition first) and global secondary indexes."""

    name: str
    keys: tuple[str, ...]
    indexes: tuple[Index, ...] = ()

    def key_of(self, item: Item) -> Key:
        """Return the primary key of an item or a `Key` parameter, as plain strings."""
        return tuple(str(next(iter(item[name].values()))) for name in self.keys)

    def index(self, name: str) -> Index:
        """Return the index with a name. Raises StopIteration if there is none."""
        return next(index for index in self.indexes if index.name == name)


def table_from_definition(definition: Mapping[str, Any]) -> Table:
    """Read a table from the parameters of CreateTable or a template's properties."""
    return Table(
        name=definition["TableName"],
        keys=_keys(definition),
        indexes=tuple(_index(each) for each in definition.get("GlobalSecondaryIndexes", ())),
    )


def _index(definition: Mapping[str, Any]) -> Index:
    projection = definition["Projection"]
    everything = projection["ProjectionType"] == "ALL"
    includes = None if everything else frozenset(projection.get("NonKeyAttributes", ()))
    return Index(name=definition["IndexName"], keys=_keys(definition), includes=includes)


def _keys(definition: Mapping[str, Any]) -> tuple[str, ...]:
    by_role = {each["KeyType"]: each["AttributeName"] for each in definition["KeySchema"]}
    return tuple(by_role[role] for role in ("HASH", "RANGE") if role in by_role)
