"""Memberships are correct for any order, repetition and interleaving of events, edits, ticks and definitions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain import counts
from crm.domain.activity import Activity
from crm.domain.effect_fields import Effects
from crm.domain.fold_rules import FoldRules
from crm.domain.identity import Identity
from crm.domain.segments.ruleset import EMPTY_RULE_SET, RuleSet
from crm.services.projection import fold_log
from crm.services.projection.projector import Projector
from tests.model.histories import HISTORIES, ONE_PERSON, histories
from tests.model.reference import Reference
from tests.model.scenes import DAY, NAMESPACE, profile_id
from tests.model.segment_pool import IDS, catalogues
from tests.model.segment_truth import assert_segments_are
from tests.support.concurrent_projectors import Stage, settle
from tests.support.memory_store import MemoryStore
from tests.support.thoroughness import part_of

examples = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
pytestmark = pytest.mark.timeout(600)
SEEDS = st.integers(0, 1 << 32)
TICK = -1
"""In place of a minute: only time has passed, or definitions have changed."""


FEW_INLINE = FoldRules(inline_bytes=12)
"""At most one past block is inline, so that short histories have pages."""


@pytest.fixture(autouse=True, scope="module")
def _soon() -> Iterator[None]:
    """Set small limits, so that dense days and saves of too many pages occur often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "DENSE", 2)
        patch.setattr(fold_log, "MAX_PAGES", 2)
        yield


class World:
    """A store, the clock, and the versions of the catalogue, of which some projectors still cache older ones."""

    def __init__(self, seed: int, versions: int) -> None:
        self.rng = Random(seed)
        self.store = MemoryStore(rng=Random(seed))
        self.coming = [replace(made, rules=FEW_INLINE) for made in catalogues(self.rng, versions)]
        self.known: list[RuleSet] = [replace(EMPTY_RULE_SET, rules=FEW_INLINE)]
        self.forgetful = False
        self.arrived: list[Activity] = []

    @property
    def rule_set(self) -> RuleSet:
        return self.known[-1]

    def cached(self, version: int) -> RuleSet:
        """Return the newest rule set, or a cached one of at least a version."""
        fresh = self.forgetful or self.rng.random() < 0.6
        return self.known[-1] if fresh else self.rng.choice(self.known[version:])

    def project(self, store: MemoryStore, id_: str, minutes: Collection[int] | None) -> None:
        happened = None if minutes is None else set(minutes) - {TICK}
        projector = Projector(store, profile_id, rule_set=self.cached, now=lambda: self.store.now)
        projector.project(id_, happened)

    def arrive(self, activity: Activity) -> None:
        """Store an activity, and move the clock to its latest time."""
        self.store.now = max(self.store.now, activity.occurred_at, activity.received_at, activity.original_at)
        self.arrived.append(activity)
        self.store.append([activity])

    def pass_time(self) -> None:
        self.store.now += self.rng.choice((1, 3, 30, 100)) * DAY + self.rng.randrange(DAY)
        self.project_changes(self.store.due(self.store.now))

    def define(self) -> None:
        """Publish a new version, and start the job that evaluates all profiles."""
        self.known.append(self.coming.pop(0))
        self.project_changes(self.listed())

    def listed(self) -> list[str]:
        """Return the canonical profiles, which a job finds in the index."""
        return [id_ for id_, state in self.store.profiles().items() if state.card is not None]

    def project_changes(self, ids: Iterable[str]) -> None:
        self.store.stream_changes += [(id_, TICK) for id_ in ids]

    def finish(self) -> None:
        """Complete the last job, and evaluate all due profiles."""
        while self.coming:
            self.define()
        self.forgetful = True
        settle(self.store, self.project)
        self.project_changes(self.listed())
        settle(self.store, self.project)
        self.project_changes(self.store.due(self.store.now))
        settle(self.store, self.project)

    def check(self) -> None:
        assert_segments_are(self.store, Reference(NAMESPACE, self.arrived), self.rule_set, self.store.now)


class ChangingStage(Stage):
    """A stage that also moves time and changes definitions."""

    def __init__(self, world: World, arrivals: Iterable[Activity], seed: int) -> None:
        super().__init__(world.store, world.project, arrivals, seed)
        self._world = world

    def _move(self) -> None:
        chance = self._random.random()
        if self._arrivals and chance < 0.06:
            self._world.arrive(self._arrivals.pop(0))
        elif self._world.coming and chance < 0.09:
            self._world.define()
        elif chance < 0.10:
            self._world.pass_time()
        elif self._store.stream_changes or self._running:
            arrivals, self._arrivals = self._arrivals, []
            super()._move()
            self._arrivals = arrivals


def with_overrides(history: list[Activity], seed: int) -> list[Activity]:
    """Add manual decisions that put customers into segments or exclude them."""
    rng, decided = Random(seed), []
    for number, activity in enumerate(rng.choices(history, k=rng.randint(0, 3))):
        effects: Effects = {"fields": {f"segment:{rng.choice(IDS)}": rng.choice((True, True, False, None))}}
        decided.append((rng.randint(0, len(history)), number, activity, effects))
    woven = list(history)
    for at, number, activity, effects in decided:
        woven.insert(at, _override(activity, f"override-{number}", effects))
    return woven


def _override(activity: Activity, message_id: str, effects: Effects) -> Activity:
    at = activity.original_at
    return Activity(
        message_id=message_id,
        type="profile.edited",
        original_at=at,
        occurred_at=at,
        received_at=at,
        source_id="key:1",
        source_kind="server",
        identities=activity.identities[:1],
        properties={},
        context={},
        effects=effects,
    )


USER, MAIL, BROWSER = Identity("user_id", "u0"), Identity("email", "e0"), Identity("anonymous_id", "a0")
ONE_OF_MANY_LOGS = [(USER,), (MAIL,), (BROWSER,), (USER, MAIL), (MAIL, BROWSER), (USER, BROWSER)]
CUSTOMERS = st.one_of(HISTORIES, histories(ONE_OF_MANY_LOGS, 4, 14), histories(ONE_PERSON, 4, 14))


@settings(examples, max_examples=part_of(300, least=4))
@given(CUSTOMERS, SEEDS, st.integers(1, 40))
def test_memberships_equal_the_model_in_any_order_and_batching(
    history: list[Activity], seed: int, batch: int
) -> None:
    world = World(seed, versions=4)
    for activity in with_overrides(history, seed):
        world.arrive(activity)
        if world.rng.random() < 0.2 and world.coming:
            world.define()
        if world.rng.random() < 0.3:
            world.pass_time()
        if len(world.store.stream_changes) >= batch:
            settle(world.store, world.project, batch)
    world.finish()
    world.check()


@settings(examples, max_examples=part_of(150, least=4))
@given(CUSTOMERS, SEEDS)
def test_memberships_equal_the_model_with_crashes_and_conflicts(history: list[Activity], seed: int) -> None:
    world = World(seed, versions=4)
    ChangingStage(world, with_overrides(history, seed), seed).apply()
    world.finish()
    world.check()


@settings(examples, max_examples=part_of(180, least=4))
@given(CUSTOMERS, SEEDS)
def test_memberships_are_true_after_every_event_and_tick(history: list[Activity], seed: int) -> None:
    """Memberships are checked after each event, tick and job, not only at the end."""
    world = World(seed, versions=3)
    for activity in with_overrides(history, seed):
        world.arrive(activity)
        if world.rng.random() < 0.2 and world.coming:
            world.define()
        if world.rng.random() < 0.4:
            world.pass_time()
        _tick_until_quiet(world)
        world.check()


def _tick_until_quiet(world: World) -> None:
    world.forgetful = True
    settle(world.store, world.project)
    world.project_changes(world.store.due(world.store.now))
    settle(world.store, world.project)


@settings(examples, max_examples=part_of(60, least=4))
@given(CUSTOMERS, SEEDS)
def test_repeated_ticks_and_jobs_write_nothing(history: list[Activity], seed: int) -> None:
    world = World(seed, versions=3)
    for activity in history:
        world.arrive(activity)
    world.finish()
    versions = {id_: state.version for id_, state in world.store.profiles().items()}
    world.project_changes(world.store.profiles())
    settle(world.store, world.project)
    assert {id_: state.version for id_, state in world.store.profiles().items()} == versions
