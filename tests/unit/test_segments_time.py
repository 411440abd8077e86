"""As time passes without activities, only profiles whose segments change are evaluated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from crm.domain.local_days import LocalDays
from crm.domain.segments.definition import DYNAMIC, Build, Segment
from crm.domain.segments.ruleset import Definitions, RuleSet, rule_set_of
from crm.services.projection.projector import Projector
from tests.model.naive_people import Person, person_of
from tests.model.naive_segments import is_member
from tests.model.scenes import MINUTE, profile_id
from tests.model.segment_lives import HOUR, PLACES, Place, history
from tests.support.cards import card_with
from tests.support.memory_store import MemoryStore
from tests.support.thoroughness import part_of, some_of

ORDER = {"event": "Order Completed"}
WATCHED = 45
"""Days."""

CONDITIONS: tuple[dict[str, Any], ...] = (
    {"type": "event", **ORDER, "window": {"within_days": 7}},
    {"type": "event", **ORDER, "window": {"days_ago": [3, 20]}, "operator": "at_least", "value": 2},
    {"type": "event", "kind": "any", "function": "distinct_days", "value": 2, "window": {"within_days": 10}},
    {
        "type": "event",
        **ORDER,
        "function": "sum",
        "property": "total",
        "value": 5,
        "window": {"within_days": 30},
    },
    {"type": "never", "event": "Viewed", "window": {"within_days": 14}},
    {"type": "first_time", "kind": "any", "window": {"days_ago": [10, 12]}},
    {"type": "stopped", "kind": "any", "quiet_days": 8, "active_days": 21},
    {
        "type": "sequence",
        "first": {"event": "Viewed"},
        "then": ORDER,
        "within_days": 3,
        "window": {"within_days": 5},
    },
    {"type": "date", "field": "created", "operator": "exactly_days_ago", "value": 25},
    {"type": "date", "field": "last_transaction", "operator": "more_than_days_ago", "value": 30},
    {"type": "date", "attribute": "birthday", "operator": "less_than_days_ahead", "value": 3, "yearly": True},
    {"type": "consent", "channel": "email", "state": "expired"},
)
BOTH = {"type": "not", "condition": {"type": "or", "conditions": [CONDITIONS[0], CONDITIONS[6]]}}


class Simulation:
    """Customers, the clock, and the number of the store's operations."""

    def __init__(
        self, place: Place, logs: Iterable[list[Activity]], *, known: Iterable[dict[str, Any]], day: int = 8
    ) -> None:
        self.place, self.store = place, MemoryStore()
        self.conditions = {f"seg_{number:02d}": condition for number, condition in enumerate(known)}
        self.rule_set = _catalogue(place, self.conditions)
        self.people: dict[str, Person] = {}
        self.now = self.store.now = place.begins(day)
        for log in logs:
            self._settle(log)

    def _settle(self, log: list[Activity]) -> None:
        self.store.append(log)
        id_ = profile_id(log[0].identities[0])
        self.people[id_] = person_of(log, ZoneInfo(self.place.name), id_=id_)
        self.look_at(id_, {a.original_at // MINUTE for a in log})

    def look_at(self, id_: str, minutes: set[int]) -> None:
        Projector(self.store, profile_id, rule_set=lambda _v: self.rule_set, now=lambda: self.now).project(
            id_, minutes
        )

    def tick(self, now: int) -> list[str]:
        """Run a tick, and return the evaluated profiles."""
        self.now = self.store.now = now
        due = self.store.due(now)
        for id_ in due:
            self.look_at(id_, set())
        return due

    def held(self) -> dict[str, set[str]]:
        profiles = self.store.profiles()
        return {
            id_: {group.partition(".")[0] for group in card.get("segments", ())}
            for id_ in self.people
            if (card := profiles[id_].card or card_with())
        }

    def truth(self) -> dict[str, set[str]]:
        return {
            id_: {name for name, given in self.conditions.items() if is_member(name, given, person, self.now)}
            for id_, person in self.people.items()
        }


def _catalogue(place: Place, conditions: dict[str, dict[str, Any]]) -> RuleSet:
    segments = [
        Segment(id=id_, name=id_, type=DYNAMIC, created_at=0, updated_at=0, serving=Build(1, 1, condition))
        for id_, condition in conditions.items()
    ]
    return rule_set_of(Definitions(segments, []), 1, LocalDays(place.zone, place.name), {})


def _crowd(place: Place, people: int) -> list[list[Activity]]:
    rng = Random(f"{place}")
    logs = [history(rng, place) for _ in range(people)]
    return [_as_customer(log, f"c{number}") for number, log in enumerate(logs) if log]


def _as_customer(log: list[Activity], name: str) -> list[Activity]:
    """Put the activities of the browser into the customer's log."""
    return [
        replace(
            a, identities=(Identity("user_id", name),), message_id=f"{a.message_id}-{a.identities[0].type}"
        )
        for a in log
    ]


@pytest.mark.parametrize("place", some_of(PLACES[::2], one_in=6), ids=lambda place: place.name)
def test_only_profiles_that_flip_are_due(place: Place) -> None:
    world = Simulation(place, _crowd(place, part_of(25, least=4)), known=[*CONDITIONS, BOTH])
    rng = Random(1)
    assert world.held() == world.truth()
    before = world.held()
    for day in range(9, WATCHED):
        hours = sorted({0, -1, 1, *(rng.randrange(24 * HOUR) for _ in range(2))})
        for hour in hours:
            evaluated = world.tick(place.begins(day) + hour)
            after = world.held()
            assert after == world.truth()
            assert set(evaluated) == {id_ for id_ in before if before[id_] != after[id_]}
            before = after


def test_each_flip_is_published_once() -> None:
    place = PLACES[0]
    world = Simulation(place, _crowd(place, 10), known=CONDITIONS)
    flips: Counter[tuple[str, str]] = Counter()
    before = world.held()
    for day in range(9, WATCHED):
        world.tick(place.begins(day))
        after = world.held()
        for id_ in after:
            flips.update((id_, segment) for segment in before[id_] ^ after[id_])
        before = after
    published = Counter(
        (profile_id(a.identities[0]), str(a.name))
        for a in world.store.everything()
        if a.type.startswith("segment.") and a.occurred_at >= place.begins(9)
    )
    assert published == flips
    assert sum(published.values()) > 50


def _bought(place: Place, name: str, day: int) -> list[Activity]:
    at = place.begins(day) + 9 * HOUR
    return [
        Activity(
            message_id="m",
            type="track",
            name="Order Completed",
            original_at=at,
            occurred_at=at,
            received_at=at,
            source_id="shop",
            source_kind="web",
            identities=(Identity("user_id", name),),
            properties={"total": 5},
            context={},
        )
    ]


def _operations(place: Place, still: int) -> tuple[Counter[str], int]:
    """Return the store's operations of ticks with ten changing profiles beside a number of constant ones."""
    restless = [_bought(place, f"r{n}", 4) for n in range(10)]
    quiet = [_bought(place, f"q{n}", -60) for n in range(still)]
    world = Simulation(place, [*restless, *quiet], known=[CONDITIONS[0], {"type": "event", **ORDER}])
    asked: Counter[str] = Counter()

    def count(operation: str) -> None:
        asked[operation] += 1

    world.store.hook = count
    evaluated = sum(len(world.tick(place.begins(day))) for day in range(9, WATCHED))
    return asked, evaluated


def test_the_cost_of_a_tick_depends_on_flips_only() -> None:
    few, few_evaluated = _operations(PLACES[0], 5)
    many, many_evaluated = _operations(PLACES[0], 140)
    assert few_evaluated == many_evaluated == 10
    assert few == many
    assert many["save"] == 10
    assert many["load"] <= 30


HOURS: tuple[dict[str, Any], ...] = (
    {"type": "event", **ORDER, "window": {"within": {"hours": 2}}},
    {"type": "event", **ORDER, "value": 2, "window": {"hours_ago": [1, 26]}},
    {"type": "never", "event": "Viewed", "window": {"within": {"hours": 23, "minutes": 59}}},
    {"type": "first_time", "kind": "any", "window": {"minutes_ago": [30, 4_000]}},
    CONDITIONS[0],
)


@pytest.mark.parametrize(
    "place", some_of(PLACES, start=1, one_in=6), ids=lambda place: f"{place.name} {place.first}"
)
def test_windows_of_hours_flip_at_the_exact_millisecond(place: Place) -> None:
    """Each profile is evaluated at its due instant, and then a segment changes."""
    world = Simulation(place, _crowd(place, part_of(30, least=16)), known=HOURS, day=6)
    flips = 0
    while coming := [state.due for state in world.store.profiles().values() if state.due is not None]:
        before = world.held()
        world.now = min(coming) - 1
        assert world.truth() == before
        evaluated = world.tick(min(coming))
        after = world.held()
        assert after == world.truth()
        assert set(evaluated) == {id_ for id_ in before if before[id_] != after[id_]}
        flips += len(evaluated)
    assert flips > 10
