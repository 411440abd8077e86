"""Measure the write units of an event of about 1 KB: the event, its dedupe item, its profile and its indexes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.figures import Figure
from tests.bench.lifelike import as_user, session
from tests.bench.naive_store import SCHEMA, reset_naive_clients, store_event
from tests.support.dynamodb.capacity import CapacityMeter
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.progress import with_progress
from tests.support.stage import Stage, environment, on_stage

NAME = "write-units"
VISITORS = 25
EVENTS = 20

Messages = list[dict[str, Any]]


def run() -> list[Figure]:
    """Measure twenty events of a visitor in one request, and in twenty; and a user who logs in, for comparison."""
    naive = _naive_units()
    together = _units(_together, "20 events a request", lambda number: session(number, EVENTS))
    alone = _units(_one_by_one, "1 event a request", lambda number: session(number, EVENTS))
    user = _units(_together, "a user's 20 a request", _user_session)
    user_alone = _units(_one_by_one, "a user's, 1 a request", _user_session)
    unit = "write units/event"
    return [
        Figure(bench=NAME, name="20 events a request", value=together, unit=unit, budget=1.15, naive=naive),
        Figure(bench=NAME, name="1 event a request", value=alone, unit=unit, budget=2.1, naive=naive),
        Figure(bench=NAME, name="20 a request, after a login", value=user, unit=unit, naive=naive),
        Figure(bench=NAME, name="1 a request, after a login", value=user_alone, unit=unit, naive=naive),
    ]


def _user_session(number: int) -> Messages:
    return as_user(session(number, EVENTS), f"u-{number:06d}", f"solveig.{number}@example.com")


def _units(
    send: Callable[[Stage, Messages], None], label: str, messages_of: Callable[[int], Messages]
) -> float:
    with on_stage() as stage:
        for visitor in with_progress(range(VISITORS), label):
            send(stage, messages_of(visitor))
        return stage.meter.reset().write / (VISITORS * EVENTS)


def _together(stage: Stage, messages: Messages) -> None:
    stage.send(messages)
    stage.project()


def _one_by_one(stage: Stage, messages: Messages) -> None:
    for message in messages:
        stage.send([message])
        stage.project()


def _naive_units() -> float:
    with naive_table() as meter:
        for visitor in range(VISITORS):
            for message in session(visitor, EVENTS):
                store_event(message)
        return meter.usage.write / (VISITORS * EVENTS)


@contextmanager
def naive_table() -> Iterator[CapacityMeter]:
    """Return the table of the naive way, in memory and metered."""
    store = MemoryDynamoDB([SCHEMA])
    meter = CapacityMeter([SCHEMA], store)
    reset_naive_clients()
    with environment(), store.plugged_in(), meter.watching_new_clients():
        yield meter
    reset_naive_clients()
