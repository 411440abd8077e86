"""Measure the CPU of projecting a page view and a purchase, with and without 20 segments, against PynamoDB and
botocore.

Both ways project the same events of separate customers, in alternate rounds. The table in memory answers in place of
the network, and its time is subtracted. Requests are signed.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from crm.storage.keys import PROFILE_SK
from crm.storage.profile_item import to_state
from tests.bench.bench_segments import same_event
from tests.bench.figures import Figure, median
from tests.bench.lifelike import iso, page_view
from tests.bench.naive_writer import naive_writer
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.memory_table import Change
from tests.support.progress import with_progress
from tests.support.rule_sets import build_rule_set, defined
from tests.support.stage import TABLE, Stage, handler, on_stage, stream_record

NAME = "projection-cpu"
ROUNDS = 18
CUSTOMERS = 12
SESSION = 6
"""The events of a customer on one day."""

SEGMENTS = 20
BUDGET, BUDGET_WITH_SEGMENTS = 3, 2

Message = dict[str, Any]
WAYS: tuple[tuple[str, Callable[[], AbstractContextManager[None]]], ...] = (
    ("ours", nullcontext),
    ("naive", naive_writer),
)


def run() -> list[Figure]:
    """Measure microseconds per event of both ways, and the median of the rounds' ratios."""
    figures: list[Figure] = []
    for what, message in (("view", _view), ("purchase", _purchase)):
        for segments, budget in ((0, BUDGET), (SEGMENTS, BUDGET_WITH_SEGMENTS)):
            label = f"{what}, {segments} segments" if segments else what
            figures += _compared(label, message, segments, budget)
    return figures


def _compared(
    label: str, message: Callable[[str, int], Message], segments: int, budget: float
) -> Iterator[Figure]:
    with on_stage(metered=False) as stage, _catalogue(segments), _without_the_store() as spent:
        rounds = list(with_progress(_rounds(stage, message, spent), label, ROUNDS))
        _compare(stage)
    ours, naive = (median(one[way] for one in rounds) for way in (0, 1))
    times = median(naive / ours for ours, naive in rounds)
    yield Figure(bench=NAME, name=f"{label}, projected", value=ours, unit="us", naive=naive)
    yield Figure(
        bench=NAME, name=f"{label}, naive / ours", value=times, unit="x", budget=budget, at_least=True
    )


def _rounds(
    stage: Stage, message: Callable[[str, int], Message], spent: list[float]
) -> Iterator[tuple[float, float]]:
    """Yield the rounds after a session that warms up and is not counted."""
    gc.collect()
    gc.freeze()
    try:
        for number in range(SESSION + ROUNDS):
            ours, naive = (
                _round(stage, way, [message(f"{name}-{at}", number) for at in range(CUSTOMERS)], spent)
                for name, way in WAYS
            )
            if number >= SESSION:
                yield ours, naive
    finally:
        gc.unfreeze()


def _round(
    stage: Stage,
    way: Callable[[], AbstractContextManager[None]],
    messages: list[Message],
    spent: list[float],
) -> float:
    """Return the microseconds per event of projecting one event of each customer."""
    stage.send(messages)
    changes = [change for change in stage.store.drain(TABLE) if _is_event(change)]
    batches = [{"Records": [stream_record(change, number)]} for number, change in enumerate(changes)]
    project = handler("project_profiles")
    with way():
        spent[0], begun = 0.0, time.process_time()
        for one in batches:
            project(one, None)
        return (time.process_time() - begun - spent[0]) / len(batches) * 1e6


def _compare(stage: Stage) -> None:
    """Raise AssertionError unless both ways have written the same attributes, equally often."""
    written: dict[str, list[Any]] = {name: [] for name, _ in WAYS}
    for item in stage.store.tables[TABLE].items.values():
        state = to_state(item) if item["sk"]["S"] == PROFILE_SK else None
        if state and state.identity and state.identity.type == "user_id":
            name = state.identity.value.split("-")[1]
            written[name].append((state.version, sorted(item), state.counts))
    if written["ours"] != written["naive"] or len(written["ours"]) != CUSTOMERS:
        raise AssertionError("the two implementations have written different data")


def _is_event(change: Change) -> bool:
    return change.new is not None and str(change.key["sk"]["S"]).startswith("A#")


@contextmanager
def _without_the_store() -> Iterator[list[float]]:
    """Yield a list of one number: the seconds of CPU that the table in memory has taken."""
    spent = [0.0]
    answer = MemoryDynamoDB.on_send

    def timed(store: MemoryDynamoDB, request: Any, event_name: str, **more: Any) -> Any:
        begun = time.process_time()
        try:
            return answer(store, request, event_name, **more)
        finally:
            spent[0] += time.process_time() - begun

    with mock.patch.object(MemoryDynamoDB, "on_send", timed):
        yield spent


def _catalogue(segments: int) -> AbstractContextManager[None]:
    return defined(build_rule_set(segments, same_event)) if segments else nullcontext()


def _at(number: int) -> datetime:
    """Return the time of an event in sessions of six events on each of the last days."""
    day, event = divmod(number, SESSION)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=10 - day) + timedelta(hours=9, minutes=event)


def _view(customer: str, number: int) -> Message:
    given = page_view(f"b-{customer}", _at(number), number)
    return given | {"userId": f"u-{customer}", "messageId": f"{customer}-{number}"}


def _purchase(customer: str, number: int) -> Message:
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": f"u-{customer}",
        "messageId": f"{customer}-{number}",
        "timestamp": iso(_at(number)),
        "properties": {"total": 10 + number, "currency": "EUR"},
    }
