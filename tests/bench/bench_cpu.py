"""Measure the CPU of accepting batches of 100 events of about 1 KB, against one PynamoDB save per event, and a floor.

A stub answers requests right before they are sent, so that only the client's CPU counts. The ways run in alternate
rounds, and the ratio of each round is reported: a noisy neighbour slows all ways equally.
"""

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore import handlers
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from tests.bench.bench_stored_size import stored_item
from tests.bench.figures import Figure, median
from tests.bench.lifelike import batch, session
from tests.bench.naive_store import REGION, reset_naive_clients, save_event
from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.service_answers import raw_response
from tests.support.progress import with_progress
from tests.support.stage import TABLE, environment, handler, on_stage, request

NAME = "cpu"
ROUNDS = 15
BATCH = 100
BATCHES = 15
SAVES = 150  # about as much time as the batches take, so that both run equally warm
CALL_SIZE = 25


@dataclass(frozen=True, slots=True)
class Round:
    """Microseconds of CPU per event of each way, in one round."""

    ours: float
    naive: float
    bare: float


def run() -> list[Figure]:
    """Measure CPU per event: the product's, the naive way's, and that of bare BatchWriteItem calls; events per second
    of a core.
    """
    with on_stage() as stage:
        key = {"pk": {"S": "D#write_key"}, "sk": {"S": stage.source.write_key}}
        known = json.dumps({"Item": stage.store.item(TABLE, key)}).encode()
        work = _Rounds(stage.source.write_key, [stored_item(message) for message in session(0, 3)])
    with environment(), _stubbed(known), _frozen_garbage():
        reset_naive_clients()
        rounds = list(with_progress(work.all(), "cpu", ROUNDS))
    reset_naive_clients()
    ours, bare = median(one.ours for one in rounds), median(one.bare for one in rounds)
    naive, unit = median(one.naive for one in rounds), "us/event"
    times_less = median(one.naive / one.ours for one in rounds)
    return [
        Figure(bench=NAME, name="naive CPU / ours", value=times_less, unit="x", budget=13, at_least=True),
        Figure(bench=NAME, name="batch of 100, validated and stored", value=ours, unit=unit, naive=naive),
        Figure(bench=NAME, name="bare BatchWriteItem of such items", value=bare, unit=unit, naive=naive),
        Figure(bench=NAME, name="events that a core accepts", value=1e6 / ours, unit="/s", naive=1e6 / naive),
        Figure(bench=NAME, name="items that a core writes by bare calls", value=1e6 / bare, unit="/s"),
    ]


class _Rounds:
    """The three ways, each with prepared work, in alternate rounds."""

    def __init__(self, write_key: str, items: list[Item]) -> None:
        requests = [batch(session(number, BATCH), write_key) for number in range(BATCHES)]
        self._requests = [request("POST", "/v1/batch", body) for body in requests]
        self._saves = session(0, SAVES)
        self._items = [items[number % len(items)] for number in range(CALL_SIZE)]

    def all(self) -> Iterator[Round]:
        """Yield all rounds after one that warms up and is not counted."""
        self._round()
        for _ in range(ROUNDS):
            yield self._round()

    def _round(self) -> Round:
        client = low_level_client()
        ours = _cpu(self._ingest) / (BATCHES * BATCH)
        naive = _cpu(self._save) / SAVES
        bare = _cpu(lambda: self._write_bare(client)) / (BATCHES * BATCH)
        return Round(ours * 1e6, naive * 1e6, bare * 1e6)

    def _ingest(self) -> None:
        ingest = handler("track_events")
        for event in self._requests:
            if ingest(event, None)["statusCode"] != 200:
                raise AssertionError("a batch was rejected")

    def _save(self) -> None:
        for message in self._saves:
            save_event(message)

    def _write_bare(self, client: Any) -> None:
        for _ in range(BATCHES * BATCH // CALL_SIZE):
            client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": i}} for i in self._items]})


def low_level_client() -> Any:
    """Return an ordinary client of botocore, without parameter validation."""
    config = Config(parameter_validation=False)
    return botocore.session.get_session().create_client("dynamodb", region_name=REGION, config=config)


def _cpu(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


@contextmanager
def _frozen_garbage() -> Iterator[None]:
    """Exclude the objects of the bench itself from garbage collection: a deployed function does not have them in
    memory.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def _stubbed(known: bytes) -> Iterator[None]:
    answers = {"GetItem": known, "BatchWriteItem": b'{"UnprocessedItems":{}}'}

    def on_send(request: Any, event_name: str, **_: Any) -> AWSResponse:
        return raw_response(request.url, 200, answers.get(event_name.rsplit(".", 1)[-1], b"{}"))

    hook: Any = ("before-send.dynamodb", on_send)
    handlers.BUILTIN_HANDLERS.append(hook)
    try:
        yield
    finally:
        handlers.BUILTIN_HANDLERS.remove(hook)
