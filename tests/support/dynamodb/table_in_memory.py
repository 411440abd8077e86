"""A table in memory beside moto's other services: quicker than moto's table, with the same limits."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import BotocoreStubber

from tests.support.direct_calls import Answer, Body, answered_directly
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.stage import stream_record
from tests.support.stream import Record

_TO_DYNAMODB = "before-send.dynamodb."


@contextmanager
def answering_for_moto(store: MemoryDynamoDB) -> Iterator[None]:
    """Let the store serve every DynamoDB call that moto would serve, of any client."""
    one_at_a_time = Lock()
    with pytest.MonkeyPatch.context() as patch, answered_directly(_TableOnly(store, one_at_a_time)):
        patch.setattr(
            BotocoreStubber, "__call__", _first_asking(store, one_at_a_time, BotocoreStubber.__call__)
        )
        yield


class _TableOnly:
    """Serves calls of DynamoDB; moto serves those of other services."""

    def __init__(self, store: MemoryDynamoDB, one_at_a_time: Lock) -> None:
        self._store, self._one_at_a_time = store, one_at_a_time

    def serves(self, service: str) -> bool:
        return service == "dynamodb"

    def answer_json(self, operation: str, body: Body) -> Answer:
        with self._one_at_a_time:
            return self._store.answer(operation, body)

    def answer_files(self, operation: str, _parameters: Body) -> Answer:
        raise KeyError(operation)


def _first_asking(
    store: MemoryDynamoDB, one_at_a_time: Lock, others: Callable[..., Any]
) -> Callable[..., Any]:
    def answer(stubber: BotocoreStubber, event_name: str, request: Any, **more: Any) -> AWSResponse | None:
        if not event_name.startswith(_TO_DYNAMODB):
            answered: AWSResponse | None = others(stubber, event_name, request, **more)
            return answered
        with one_at_a_time:
            return store.on_send(request, event_name)

    return answer


class MemoryStream:
    """Every record of a table in memory, oldest first. It drains the table, so a table can have only one."""

    def __init__(self, store: MemoryDynamoDB, table_name: str) -> None:
        self._store = store
        self._table_name = table_name
        self._records: list[str] = []

    def after(self, place: int | None = None) -> tuple[list[Record], int]:
        """Return the records after a position (None: all of them), and the position after them."""
        for number, change in enumerate(self._store.drain(self._table_name), len(self._records)):
            self._records.append(json.dumps(stream_record(change, number)))
        return [json.loads(record) for record in self._records[place or 0 :]], len(self._records)
