"""The charges for reads, from the request, the response and the meter's own reads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tests.support.dynamodb.backends import HIDING, Backend, Body
from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.schema import Table
from tests.support.dynamodb.units import get_units, read_units


@dataclass(frozen=True, slots=True)
class Reads:
    """Charges for reading operations: each method returns the units and the number of look-ups."""

    tables: Mapping[str, Table]
    backend: Backend

    def get(self, body: Body, _: Body) -> tuple[float, int]:
        """GetItem: the whole item, also if a projection shows only a part of it."""
        consistent = body.get("ConsistentRead", False)
        return self._gets(body["TableName"], [body["Key"]], consistent=consistent)

    def batch_get(self, body: Body, response: Body) -> tuple[float, int]:
        """BatchGetItem: each item on its own; unprocessed keys are free."""
        total, lookups = 0.0, 0
        for name, wanted in body["RequestItems"].items():
            unprocessed = response.get("UnprocessedKeys", {}).get(name, {}).get("Keys", ())
            skipped = {self.tables[name].key_of(key) for key in unprocessed}
            keys = [key for key in wanted["Keys"] if self.tables[name].key_of(key) not in skipped]
            units, count = self._gets(name, keys, consistent=wanted.get("ConsistentRead", False))
            total, lookups = total + units, lookups + count
        return total, lookups

    def transact_get(self, body: Body, _: Body) -> tuple[float, int]:
        """TransactGetItems: each item on its own, twice."""
        gets = [entry["Get"] for entry in body["TransactItems"]]
        items = [self.backend.item(get["TableName"], get["Key"]) for get in gets]
        return sum(get_units(item, transactional=True) for item in items), len(items)

    def query(self, body: Body, response: Body) -> tuple[float, int]:
        """Query: the sum of all items or index entries that it read."""
        return self._many("Query", body, response)

    def scan(self, body: Body, response: Body) -> tuple[float, int]:
        """Scan: like a query."""
        return self._many("Scan", body, response)

    def _gets(self, table: str, keys: Iterable[Item], *, consistent: bool) -> tuple[float, int]:
        items = [self.backend.item(table, key) for key in keys]
        return sum(get_units(item, consistent=consistent) for item in items), len(items)

    def _many(self, operation: str, body: Body, response: Body) -> tuple[float, int]:
        partial = any(name in body for name in HIDING)
        items: list[Item] = self.backend.matches(operation, body) if partial else response.get("Items", [])
        if "IndexName" in body:
            table = self.tables[body["TableName"]]
            index = table.index(body["IndexName"])
            items = [entry for item in items if (entry := index.entry(item, table.keys))]
        return read_units(items, consistent=body.get("ConsistentRead", False)), 1


READS: dict[str, Callable[[Reads, Body, Body], tuple[float, int]]] = {
    "GetItem": Reads.get,
    "BatchGetItem": Reads.batch_get,
    "TransactGetItems": Reads.transact_get,
    "Query": Reads.query,
    "Scan": Reads.scan,
}
