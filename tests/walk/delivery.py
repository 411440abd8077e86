"""Deliver stream records and messages late, twice, in any order that AWS allows, while other functions run.

A shard delivers the records of an item in order and retries from the first that failed; records of different items
may be in different shards. Queues keep no order.
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.support.stage import TABLE, stream_record
from tests.support.wire import ProcessKilled, Wire
from tests.support.world import CONSUMERS, Event, clear_all_caches, listeners, queue_record

STREAMED = ("project_profiles", "publish_changes")
PLACES = (*STREAMED, *CONSUMERS)
"""The places where records or messages wait: the consumers of the stream, and the queues."""

FUNCTIONS = Path(__file__).parents[2] / "functions"
MAX_ROUNDS = 60


class Delivery:
    """All waiting records and messages. `troubled`: whether the current step may fail and is retried."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._streams: dict[str, list[Event]] = {function: [] for function in STREAMED}
        self._records = 0
        self._running: Counter[str] = Counter()
        self.troubled = False

    def deliver(self, place: str, at: int, most: int, *, twice: bool = False) -> None:
        """Deliver up to `most` waiting records or messages of a place, from the item or message number `at` on."""
        if place in STREAMED:
            self._take_stream()
            self._deliver_records(place, at, most, twice=twice)
        else:
            self._deliver_messages(place, at, most, twice=twice)

    def rest(self) -> None:
        """Deliver everything, with what follows from it, until nothing waits."""
        for _ in range(MAX_ROUNDS):
            self._take_stream()
            waiting = [place for place in PLACES if self._waiting(place)]
            if not waiting:
                return
            for place in waiting:
                self.deliver(place, 0, 100)
        raise AssertionError(f"the deployment never comes to rest: {waiting} never become empty")

    def invoke(self, function: str, event: Event) -> Any:
        """Return the function's result, or True without one; None if it failed or died while `troubled`."""
        container = _container(function, self._running[function])
        self._running[function] += 1
        try:
            answer = container.handler(event, None)
            return True if answer is None else answer
        except (ProcessKilled, Exception):
            clear_all_caches()
            if not self.troubled:
                raise
            return None
        finally:
            self._running[function] -= 1

    def _waiting(self, place: str) -> list[Any]:
        return self._streams[place] if place in STREAMED else self._wire.queues.get(place, [])

    def _take_stream(self) -> None:
        for change in self._wire.store.drain(TABLE):
            self._records += 1
            record = stream_record(change, self._records)
            record["dynamodb"]["ApproximateCreationDateTime"] = time.time_ns() / 1e9
            for function in listeners(change):
                self._streams[function].append(record)

    def _deliver_records(self, function: str, at: int, most: int, *, twice: bool) -> None:
        waiting = self._streams[function]
        partitions = list(dict.fromkeys(map(_partition, waiting)))
        later = set(partitions[: at % len(partitions)]) if partitions else set()
        batch = [record for record in waiting if _partition(record) not in later][:most]
        if not batch:
            return
        taken = {id(record) for record in batch}
        self._streams[function] = [record for record in waiting if id(record) not in taken]
        for _ in range(1 + twice):
            left = self._left_of(batch, self.invoke(function, {"Records": batch}))
        self._streams[function][:0] = left

    def _left_of(self, batch: list[Event], answer: Any) -> list[Event]:
        """Return the records from the first unacknowledged one on."""
        if answer is None:
            return batch
        failed_before = [
            body for body in self._wire.queues.get("failure", []) if not _is_evaluation_only(body)
        ]
        assert self.troubled or not failed_before, "a projection fails although nothing went wrong"
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        assert self.troubled or not failed, "records fail although nothing went wrong"
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        return batch[next((at for at, number in enumerate(numbers) if number in failed), len(batch)) :]

    def _deliver_messages(self, queue: str, at: int, most: int, *, twice: bool) -> None:
        waiting = self._wire.queues.get(queue, [])
        start = at % len(waiting) if waiting else 0
        batch = waiting[start : start + most]
        if not batch:
            return
        self._wire.queues[queue] = waiting[:start] + waiting[start + most :]
        event = {"Records": [queue_record(number, body) for number, body in enumerate(batch)]}
        for _ in range(1 + twice):
            answer = self.invoke(CONSUMERS[queue], event)
            failed = {f["itemIdentifier"] for f in answer["batchItemFailures"]} if answer else None
        again = [body for number, body in enumerate(batch) if failed is None or str(number) in failed]
        self._wire.queues.setdefault(queue, []).extend(again)


def _is_evaluation_only(body: str) -> bool:
    """Return whether a message only has profiles evaluated by the current definitions, without a projection."""
    return not any(json.loads(body)["profiles"].values())


def _partition(record: Event) -> str:
    return str(record["dynamodb"]["Keys"]["pk"]["S"])


@cache
def _container(function: str, number: int) -> ModuleType:
    """Load the function's module again for each concurrent copy, since containers share no state."""
    spec = importlib.util.spec_from_file_location(f"{function}_{number}", FUNCTIONS / function / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
