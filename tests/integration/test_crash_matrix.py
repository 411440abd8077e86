"""A fault at each AWS call of each function: after redelivery, no change is lost or repeated."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from crm.domain.ledger import book
from crm.storage.packed_fold import unpack
from crm.storage.rate_limit import BUCKET_PREFIX
from tests.integration.scenarios import NOW, SCENARIOS, Scenario
from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.stage import TABLE
from tests.support.thoroughness import some_of
from tests.support.wire import DIE_AFTER, FAULTS, IN_PARTS, OUTAGE, PARTLY, Wire
from tests.support.wired_deployment import Clock, empty, wired
from tests.support.world import World, clear_all_caches

POINTS = 1000
SCENARIO_NAMES = [scenario.name for scenario in SCENARIOS]
READS = {"GetItem", "BatchGetItem", "Query", "GetObject", "HeadObject"}
VOLATILE = {"r", "v", "version", "expires_at"}


@pytest.fixture(autouse=True, scope="module")
def _few_orders() -> Iterator[None]:
    """Limit a profile to three orders, so that buyers have pages of orders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book, "INLINE", 3)
        yield


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with wired(Clock(NOW)) as plugged:
        yield plugged


class Trial:
    """One scenario, which is prepared once without faults and then played repeatedly."""

    def __init__(self, wire: Wire, scenario: Scenario) -> None:
        self._wire, self._scenario = wire, scenario
        self._files: dict[str, bytes] = {}
        self._start(empty(), {}, {})
        self._known = scenario.prepare(World(wire))
        self._prepared, self._queues = wire.store, copy.deepcopy(wire.queues)
        self._files = dict(wire.bucket.files)
        self.outcome = self.run({})
        self.calls = list(wire.calls)

    def run(self, plan: dict[int, str]) -> Any:
        self._start(self._prepared.copied(), copy.deepcopy(self._queues), plan)
        with self._wire.watched():
            answers = self._scenario.apply(World(self._wire), self._known)
        assert all(number < len(self._wire.calls) for number in plan), "the fault never happened"
        stored = _stored(self._wire.store) | {f"file {key}": True for key in self._wire.bucket.files}
        return self._scenario.lasting(answers, stored, _published_changes(self._wire))

    def _start(self, store: MemoryDynamoDB, queues: dict[str, list[str]], plan: dict[int, str]) -> None:
        self._wire.start(store, queues, plan, self._files)
        clear_all_caches()

    def points(self, fault: str) -> list[int]:
        """Return the numbers of the calls at which a fault can happen."""
        met = [at for at, name in enumerate(self.calls) if fault != PARTLY or name in IN_PARTS]
        if not self._scenario.at_writes:
            return met
        writes = [at for at in met if self.calls[at] not in READS]
        # Dying before a call leaves what dying after the one before it leaves, and to what is stored it is the same
        # whether the process dies or is told: beside the deaths behind every write, every third of the others will do.
        return writes if fault == DIE_AFTER else writes[FAULTS.index(fault) % 3 :: 3]


def _stored(store: MemoryDynamoDB) -> dict[str, Any]:
    """Return all items except the rate limiter's buckets, without which events are accepted, too."""
    items = store.tables[TABLE].items.values()
    plain = [_plain(item) for item in items if not item["pk"]["S"].startswith(BUCKET_PREFIX)]
    return {f"{item['pk']}|{item['sk']}": item for item in plain}


def _plain(item: Item) -> dict[str, Any]:
    """Return an item without values that change with each write, and with decoded documents."""
    plain = {name: next(iter(value.values())) for name, value in item.items() if name not in VOLATILE}
    if "doc" in item:
        plain["doc"] = unpack(item["doc"])
    return {
        name: json.loads(value) if name in ("doc", "document") else value for name, value in plain.items()
    }


def _published_changes(wire: Wire) -> set[str]:
    """Return the published events without repetitions."""
    return {f"{entry['DetailType']} {json.loads(entry['Detail'])['profile_id']}" for entry in wire.events}


@pytest.fixture(scope="module")
def trials(wire: Wire) -> dict[str, Trial]:
    return {scenario.name: Trial(wire, scenario) for scenario in SCENARIOS}


@pytest.mark.parametrize(("name", "fault"), some_of(list(product(SCENARIO_NAMES, FAULTS)), one_in=6))
def test_a_fault_at_any_aws_call_neither_loses_nor_duplicates(
    trials: dict[str, Trial], name: str, fault: str
) -> None:
    trial = trials[name]
    for point in some_of(trial.points(fault), SCENARIO_NAMES.index(name) + FAULTS.index(fault)):
        assert trial.run({point: fault}) == trial.outcome, f"{fault}: call {point}, {trial.calls[point]}"


def test_the_matrix_has_at_least_a_thousand_points(trials: dict[str, Trial]) -> None:
    points = sum(len(trial.points(fault)) for trial in trials.values() for fault in FAULTS)
    assert points >= POINTS


def test_throttled_activities_are_spilled_to_the_queue(trials: dict[str, Trial], wire: Wire) -> None:
    trial = trials["recognise and share"]
    assert trial.run({trial.calls.index("BatchWriteItem"): OUTAGE}) == trial.outcome
    assert "SendMessage" in wire.calls
