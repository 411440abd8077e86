"""Put prepared items in calls of 25, retrying unprocessed items for a while."""

import base64
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from crm.domain.json_text import encode
from crm.storage import backoff
from crm.storage.batch_write import BatchWrite, NotTakenError
from crm.storage.items import StoredItem
from crm.storage.keys import PK, SK
from crm.storage.transport import Transport

CALL_SIZE = 25  # maximum items of a BatchWriteItem call
_ATTEMPTS = 4
BATCH_TIMEOUT_S = 3.0
"""Seconds after which unwritten items are returned, so that they can be spilled before the client's timeout."""


class Put(NamedTuple):
    """An item ready to be written: its key, and the whole item as DynamoDB's JSON."""

    pk: str
    sk: str
    item: bytes


def prepare_put(pk: str, sk: str, attributes: Mapping[str, Any]) -> Put:
    """Prepare an item of text, whole numbers and bytes."""
    item: dict[str, dict[str, str]] = {PK: {"S": pk}, SK: {"S": sk}}
    for name, value in attributes.items():
        if type(value) is str:
            item[name] = {"S": value}
        elif type(value) is bytes:
            item[name] = {"B": base64.b64encode(value).decode()}
        else:
            item[name] = {"N": str(value)}
    return raw_put(item)


def raw_put(item: StoredItem) -> Put:
    """Prepare an item that is DynamoDB's JSON already."""
    return Put(item[PK]["S"], item[SK]["S"], encode(item))


def distinct(puts: Sequence[Put]) -> list[Put]:
    """Keep the last put of each key: DynamoDB rejects a batch that writes an item twice."""
    return list({(put.pk, put.sk): put for put in puts}.values())


class BatchPut:
    """A writer for one table. It retries throttles, partial writes, timeouts and lost connections for a while."""

    def __init__(
        self,
        transport: Transport,
        table_name: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._batch_write = BatchWrite(transport)
        self._table_name = table_name
        self._head = f'{{"RequestItems":{{"{table_name}":[{{"PutRequest":{{"Item":'.encode()
        self._sleep, self._clock, self._jitter = sleep, clock, jitter

    def write(self, puts: Sequence[Put]) -> list[Put]:
        """Write items with distinct keys; returns those that were not written."""
        give_up_at = self._clock() + BATCH_TIMEOUT_S
        left: list[Put] = []
        for start in range(0, len(puts), CALL_SIZE):
            left += self._write_call(list(puts[start : start + CALL_SIZE]), give_up_at)
        return left

    def _write_call(self, puts: list[Put], give_up_at: float) -> list[Put]:
        for attempt in range(_ATTEMPTS):
            if attempt:
                backoff.pause(attempt, jitter=self._jitter, sleep=self._sleep)
            if self._clock() >= give_up_at:
                break
            puts = self._call(puts)
            if not puts:
                break
        return puts

    def _call(self, puts: list[Put]) -> list[Put]:
        requests = b'}},{"PutRequest":{"Item":'.join([put.item for put in puts])
        try:
            unprocessed = self._batch_write(self._head + requests + b"}}]}}").get("UnprocessedItems")
        except NotTakenError:
            return puts
        return _unprocessed_puts(puts, unprocessed[self._table_name]) if unprocessed else []


def _unprocessed_puts(puts: list[Put], unprocessed: list[StoredItem]) -> list[Put]:
    items = [request["PutRequest"]["Item"] for request in unprocessed]
    keys = {(item[PK]["S"], item[SK]["S"]) for item in items}
    return [put for put in puts if (put.pk, put.sk) in keys]
