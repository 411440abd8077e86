"""The project's capacity meter: DynamoDB units of every call a program makes, from AWS's published rules.

Emulators get capacity wrong, so the meter believes none of their figures. It hooks the events of botocore and
reads the request as it goes over the wire, by boto3, PynamoDB or a prepared body, asks an injected `Backend` for
the items before and after, and applies the rules of `units.py`. Retried attempts are charged as often as the service
did the work; throttled, refused and unprocessed requests are free. Deletes by TTL are free and make no call, so there
is nothing to see.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore import handlers
from botocore.hooks import BaseEventHooks

from tests.support.dynamodb.backends import Backend, Body
from tests.support.dynamodb.capacity_reads import READS, Reads
from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.schema import Key, Table
from tests.support.dynamodb.units import (
    failed_condition_units,
    get_units,
    item_write_units,
    write_units,
)


@dataclass(slots=True)
class Usage:
    """Consumed units, look-ups (queries and single items, also those of batches) and calls by operation.

    `written`: write units by what the keys begin with (`P A` is an item of pk `P#...` and sk `A#...`).
    """

    read: float = 0.0
    write: float = 0.0
    lookups: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    written: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """A planned write of an item: the action, the item's key and the item before."""

    action: str
    table: Table
    key: Item
    old: Item | None
    put: Item | None = None

    @property
    def place(self) -> tuple[str, Key]:
        return self.table.name, self.table.key_of(self.key)


@dataclass(slots=True)
class Call:
    """A request before its response: its parameters and its planned writes."""

    operation: str
    body: Body
    writes: list[Write]


class CapacityMeter:
    """Counts the units of the DynamoDB calls of the clients it watches, unless it is paused."""

    def __init__(self, tables: Iterable[Table], backend: Backend) -> None:
        self.tables = {table.name: table for table in tables}
        self.usage = Usage()
        self.paused = False
        self._backend = backend
        self._reads = Reads(self.tables, backend)
        self._thread = threading.local()
        self._tokens: set[str] = set()

    def reset(self) -> Usage:
        """Reset the counts to zero, and return the previous ones."""
        counted, self.usage = self.usage, Usage()
        return counted

    def attach(self, events: BaseEventHooks) -> None:
        """Watch one client or session: `meter.attach(client.meta.events)`."""
        events.register_first("before-send.dynamodb", self.on_request)
        events.register("response-received.dynamodb", self.on_response)

    @contextmanager
    def watching_new_clients(self) -> Iterator["CapacityMeter"]:
        """Watch every client of every session made from now on, PynamoDB's too."""
        hooks: list[Any] = [
            ("before-send.dynamodb", self.on_request, handlers.REGISTER_FIRST),
            ("response-received.dynamodb", self.on_response),
        ]
        handlers.BUILTIN_HANDLERS.extend(hooks)
        try:
            yield self
        finally:
            for hook in hooks:
                handlers.BUILTIN_HANDLERS.remove(hook)

    def on_request(self, request: Any, event_name: str, **_: Any) -> None:
        """Store the request and the items before it."""
        if self.paused or self._looking():
            return
        operation = event_name.rsplit(".", 1)[-1]
        with self._look():
            body = json.loads(request.body)
            self._thread.call = Call(operation, body, list(self._writes(operation, body)))

    def on_response(self, parsed_response: Body | None, **_: Any) -> None:
        """Charge for the work of the service on the request of this thread."""
        call: Call | None = None if self._looking() else getattr(self._thread, "call", None)
        if call is None or parsed_response is None:
            return
        self._thread.call = None
        self.usage.calls[call.operation] += 1
        with self._look():
            self._charge(call, parsed_response)

    def _looking(self) -> bool:
        return getattr(self._thread, "looking", False)

    @contextmanager
    def _look(self) -> Iterator[None]:
        self._thread.looking = True
        try:
            yield
        finally:
            self._thread.looking = False

    def _writes(self, operation: str, body: Body) -> Iterator[Write]:
        if operation in ("PutItem", "UpdateItem", "DeleteItem"):
            yield self._write(operation.removesuffix("Item"), body)
        elif operation == "BatchWriteItem":
            for name, requests in body["RequestItems"].items():
                for request in requests:
                    ((action, parameters),) = request.items()
                    yield self._write(action.removesuffix("Request"), {"TableName": name, **parameters})
        elif operation == "TransactWriteItems":
            for entry in body["TransactItems"]:
                ((action, parameters),) = entry.items()
                yield self._write(action, parameters)

    def _write(self, action: str, parameters: Body) -> Write:
        table, put = self.tables[parameters["TableName"]], parameters.get("Item")
        given = put or parameters["Key"]
        key = {name: given[name] for name in table.keys}
        return Write(action, table, key, self._backend.item(table.name, key), put)

    def _charge(self, call: Call, response: Body) -> None:
        error = _error_code(response)
        if error:
            self._charge_failure(call, error, response)
        elif call.operation in READS:
            units, lookups = READS[call.operation](self._reads, call.body, response)
            self.usage.read += units
            self.usage.lookups += lookups
        elif call.operation == "TransactWriteItems":
            self._charge_transaction(call)
        else:
            self._charge_writes(call, response)

    def _charge_failure(self, call: Call, error: str, response: Body) -> None:
        if error == "ConditionalCheckFailedException":
            for write in call.writes:
                self._add(write, failed_condition_units(write.old))
        elif error == "TransactionCanceledException" and _condition_failed(response):
            for write in call.writes:
                self._add(write, failed_condition_units(write.old, transactional=True))

    def _charge_writes(self, call: Call, response: Body) -> None:
        undone = set(self._unprocessed(response))
        for write in call.writes:
            if write.place not in undone:
                self._add(write, write_units(write.table, write.old, self._new(write)))

    def _charge_transaction(self, call: Call) -> None:
        token = call.body.get("ClientRequestToken", "")
        if token in self._tokens:  # the same transaction again is answered by reading its items
            items = (self._backend.item(write.table.name, write.key) for write in call.writes)
            self.usage.read += sum(get_units(item, transactional=True) for item in items)
            return
        self._tokens.update({token} - {""})
        for write in call.writes:
            if write.action == "ConditionCheck":
                self._add(write, 2 * item_write_units(write.old, None))
            else:
                self._add(write, write_units(write.table, write.old, self._new(write), transactional=True))

    def _add(self, write: Write, units: float) -> None:
        kind = " ".join(kind_of(part) for part in write.place[1])
        self.usage.write += units
        self.usage.written[kind] = self.usage.written.get(kind, 0.0) + units

    def _new(self, write: Write) -> Item | None:
        if write.action == "Update":
            return self._backend.item(write.table.name, write.key)
        return write.put

    def _unprocessed(self, response: Body) -> Iterator[tuple[str, Key]]:
        for name, requests in response.get("UnprocessedItems", {}).items():
            for request in requests:
                ((_, parameters),) = request.items()
                yield name, self.tables[name].key_of(parameters.get("Item") or parameters["Key"])


def kind_of(key: str) -> str:
    """Return the prefix of a part of a key; of `L#...` two words, because these items differ in kind."""
    first, _, rest = key.partition("#")
    return f"{first}#{rest.partition('#')[0]}" if first == "L" else first


def _error_code(response: Body) -> str:
    """Return the error code, as botocore parses it, or from the raw response if botocore's parser is not used."""
    parsed: str = response.get("Error", {}).get("Code", "")
    return parsed or str(response.get("__type", "")).rpartition("#")[2]


def _condition_failed(response: Body) -> bool:
    reasons = response.get("CancellationReasons", ())
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons)
