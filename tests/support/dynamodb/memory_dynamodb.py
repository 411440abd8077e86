"""An in-memory DynamoDB for tests and benches, which replaces the network in botocore.

It serves the operations that the product uses, with their conditions and limits, by partition and in constant time,
so that a bench measures the product and not an emulator. The capacity meter counts units.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import dropwhile, takewhile
from typing import Any
from zlib import crc32

import orjson
from botocore import handlers
from botocore.awsrequest import AWSResponse

from tests.support.dynamodb.backends import HIDING, Body
from tests.support.dynamodb.conditions import condition
from tests.support.dynamodb.dynamodb_limits import BATCH_GET_BYTES, check_request, fitting_keys
from tests.support.dynamodb.dynamodb_writes import transaction_steps, write_step
from tests.support.dynamodb.item_size import Item, item_size
from tests.support.dynamodb.memory_queries import page_of, partition_value, projected
from tests.support.dynamodb.memory_table import Change, MemoryTable
from tests.support.dynamodb.schema import Table
from tests.support.dynamodb.service_answers import Answer, ServiceError, response


class MemoryDynamoDB:
    """The tables and the operations on them. Also the meter's `Backend`."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.tables = {table.name: MemoryTable(table) for table in tables}

    def copied(self) -> "MemoryDynamoDB":
        """Return an independent copy of the tables and their items."""
        made = MemoryDynamoDB([])
        made.tables = {name: table.copied() for name, table in self.tables.items()}
        return made

    @contextmanager
    def plugged_in(self) -> Iterator["MemoryDynamoDB"]:
        """Answer every DynamoDB call of clients made from now on."""
        hook: Any = ("before-send.dynamodb", self.on_send)
        handlers.BUILTIN_HANDLERS.append(hook)
        try:
            yield self
        finally:
            handlers.BUILTIN_HANDLERS.remove(hook)

    def on_send(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        """Handle botocore's `before-send`: return a response instead of a call of the network."""
        operation = event_name.rsplit(".", 1)[-1]
        return response(request.url, *self.answer(operation, orjson.loads(request.body)))

    def answer(self, operation: str, body: Body) -> tuple[int, Answer]:
        """Return the HTTP status and the body of a call. Raises KeyError for an operation that is not implemented."""
        try:
            check_request(operation, body, self)
            return 200, OPERATIONS[operation](self, body)
        except ServiceError as error:
            return 400, error.answer

    def drain(self, table: str) -> list[Change]:
        """Return the stream records since the last call, oldest first."""
        changes = self.tables[table].changes
        drained = list(changes)
        changes.clear()
        return drained

    def schema(self, name: str) -> Table:
        """Return the keys and the indexes of a table."""
        return self.tables[name].schema

    def item(self, table: str, key: Item) -> Item | None:
        """Return the current item of a key."""
        return self.tables[table].get(key)

    def matches(self, operation: str, body: Body) -> list[Item]:
        """Return every item that a Query or Scan reads, before filters and projections."""
        whole = {name: value for name, value in body.items() if name not in HIDING}
        items: list[Item] = OPERATIONS[operation](self, whole)["Items"]
        return items

    def _put(self, body: Body) -> Answer:
        return self._write("Put", body)

    def _delete(self, body: Body) -> Answer:
        return self._write("Delete", body)

    def _update(self, body: Body) -> Answer:
        return self._write("Update", body)

    def _write(self, action: str, body: Body) -> Answer:
        step = write_step(action, body, self)
        self.tables[step.table].replace(step.key, step.new)
        wanted = {"ALL_OLD": step.old, "ALL_NEW": step.new}.get(body.get("ReturnValues", "NONE"))
        return {"Attributes": wanted} if wanted else {}

    def _get(self, body: Body) -> Answer:
        found = self.tables[body["TableName"]].get(body["Key"])
        return {"Item": projected(found, body)} if found else {}

    def _batch_get(self, body: Body) -> Answer:
        found: dict[str, list[Item]] = {}
        unprocessed: dict[str, Body] = {}
        free = BATCH_GET_BYTES
        for name, wanted in body["RequestItems"].items():
            table = self.tables[name]
            sizes = [item_size(table.get(key) or {}) for key in wanted["Keys"]]
            keys, left = fitting_keys(wanted["Keys"], sizes, free)
            free -= sum(sizes)
            found[name] = [projected(item, wanted) for key in keys if (item := table.get(key))]
            if left:
                unprocessed[name] = {**wanted, "Keys": left}
        return {"Responses": found, "UnprocessedKeys": unprocessed}

    def _batch_write(self, body: Body) -> Answer:
        for name, requests in body["RequestItems"].items():
            for request in requests:
                item = request.get("PutRequest", {}).get("Item")
                self.tables[name].replace(item or request["DeleteRequest"]["Key"], item)
        return {"UnprocessedItems": {}}

    def _transact_get(self, body: Body) -> Answer:
        return {"Responses": [self._get(entry["Get"]) for entry in body["TransactItems"]]}

    def _transact_write(self, body: Body) -> Answer:
        for step in transaction_steps(body, self):
            self.tables[step.table].replace(step.key, step.new)
        return {}

    def _query(self, body: Body) -> Answer:
        table, index = self.tables[body["TableName"]], body.get("IndexName", "")
        keys = table.schema.index(index).keys if index else table.schema.keys
        start = body.get("ExclusiveStartKey")
        after = table.sort_key(index, start) if start else None
        partition = table.partition(index, partition_value(body, keys[0]))
        walk = partition.walk(forward=body.get("ScanIndexForward", True), after=after)
        names, values = body.get("ExpressionAttributeNames", {}), body.get("ExpressionAttributeValues", {})
        wanted = condition(body["KeyConditionExpression"], names)
        # The condition selects one range of sort keys: nothing follows its end.
        beginning = dropwhile(lambda item: not wanted(item, values), walk)
        return page_of(
            takewhile(lambda item: wanted(item, values), beginning), body, {*keys, *table.schema.keys}
        )

    def _scan(self, body: Body) -> Answer:
        table = self.tables[body["TableName"]]
        start = body.get("ExclusiveStartKey")
        after = table.schema.key_of(start) if start else ()
        segment, segments = body.get("Segment", 0), body.get("TotalSegments", 1)
        items = (
            item
            for place, item in sorted(table.items.items())
            if place > after and crc32(place[0].encode()) % segments == segment
        )
        return page_of(items, body, set(table.schema.keys))

    def _describe(self, body: Body) -> Answer:
        items = self.tables[body["TableName"]].items.values()
        return {"Table": {"TableSizeBytes": sum(map(item_size, items)), "ItemCount": len(items)}}


OPERATIONS: dict[str, Callable[[MemoryDynamoDB, Body], Answer]] = {
    "PutItem": MemoryDynamoDB._put,
    "UpdateItem": MemoryDynamoDB._update,
    "DeleteItem": MemoryDynamoDB._delete,
    "GetItem": MemoryDynamoDB._get,
    "BatchGetItem": MemoryDynamoDB._batch_get,
    "BatchWriteItem": MemoryDynamoDB._batch_write,
    "TransactGetItems": MemoryDynamoDB._transact_get,
    "TransactWriteItems": MemoryDynamoDB._transact_write,
    "Query": MemoryDynamoDB._query,
    "Scan": MemoryDynamoDB._scan,
    "DescribeTable": MemoryDynamoDB._describe,
}
