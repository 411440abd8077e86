"""Compiled conditions equal the naive evaluation, for random conditions and random histories."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.activity import Activity
from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.condition import NEVER, Node, next_change
from crm.domain.conditions.facts import Facts
from crm.domain.effects import consents_under
from crm.domain.fold import fold_all
from crm.domain.fold_rules import FoldRules
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from tests.model.naive_attributes import READER, read
from tests.model.naive_consents import expiry
from tests.model.naive_dates import PERIODS, moment_holds
from tests.model.naive_people import Person, first_instant, person_of
from tests.model.naive_segments import holds
from tests.model.segment_conditions import LEAVES, ConditionJson, Conditions
from tests.model.segment_lives import BROWSER, DAYS, HOUR, PLACES, USER, Place, history
from tests.model.segment_truth import lags_in
from tests.support.daily_counts import stored_again
from tests.support.thoroughness import part_of, some_of

examples = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
pytestmark = pytest.mark.timeout(600)

SEEDS = st.integers(0, 1 << 32)
SETTLED = 17
"""The days after the first one, when all windows of days have passed."""


def facts_of(log: Iterable[Activity], node: Node, days: LocalDays, inline_bytes: int = 0) -> Facts:
    """Count the activities for a condition, store the profile, and read it again."""
    counting, members = Counting(node.all_metrics, days, consents_under(FoldRules())), []
    for identity in (USER, BROWSER):
        own = sorted(
            (a for a in log if a.identities[0] == identity), key=lambda a: (a.original_at, a.message_id)
        )
        state = ProfileState(identity.value)
        fold_all(state, own, counting, FoldRules(inline_bytes=inline_bytes))
        members += [stored_again(state)] if own else []
    return Facts(members or [ProfileState("")])


def root_of(log: Iterable[Activity]) -> str:
    """Return the id of the first member."""
    known = {activity.identities[0] for activity in log}
    return next((identity.value for identity in (USER, BROWSER) if identity in known), "")


def change_instants(
    condition: ConditionJson, person: Person, place: Place, after: int, last: int
) -> Iterator[int]:
    """Return the instants at which a result may change with time: midnights, ends of consents, hours after events."""
    ends = {end for word in person.consents.values() if (end := expiry(word)) is not None}
    ends |= {a.occurred_at + lag for a in person.log for lag in set(lags_in(condition))}
    yield from sorted(at for at in {*ends, *map(place.begins, range(last))} if at > after)


def assert_answers(
    place: Place, condition: ConditionJson, log: list[Activity], *, last: int = SETTLED, each: int = 1
) -> None:
    days = LocalDays(place.zone, place.name)
    node = compile_condition(condition, days, READER)
    facts = facts_of(log, node, days)
    person = person_of(log, place.zone, id_=root_of(log))
    begun = max((a.occurred_at for a in log), default=place.begins(DAYS))
    points = list(change_instants(condition, person, place, begun, last))
    asked = sorted(
        {begun, *points, *(at - 1 for at in points if at > begun), *(at + 5 * HOUR for at in points)}
    )
    truth = {at: holds(condition, person, at) for at in asked}
    for at in asked[::each]:
        assert node.holds(facts, at) is truth[at], at
        assert node.span(facts, at)[0] is truth[at], at
    assert_next_changes(node, facts, truth, asked[::each], points[-1])


def assert_next_changes(
    node: Node, facts: Facts, truth: dict[int, bool], asked: list[int], last: int
) -> None:
    """Assert that each result holds exactly until the next change of the naive result."""
    for at in asked:
        holds_now, until = next_change(node, facts, at)
        assert holds_now is truth[at]
        expected = next(
            (later for later in sorted(truth) if later > at and truth[later] is not truth[at]), NEVER
        )
        assert until == expected or (expected == NEVER and until > last), (at, until, expected)


@settings(examples, max_examples=part_of(1200, one_in=60))
@given(SEEDS)
def test_random_trees_equal_the_model(seed: int) -> None:
    rng = Random(seed)
    place = rng.choice(PLACES)
    assert_answers(place, Conditions(rng, place.first).tree(), history(rng, place))


@pytest.mark.parametrize("type_", list(LEAVES))
def test_random_conditions_of_each_type_equal_the_model(type_: str) -> None:
    @settings(
        examples, max_examples=part_of(500 if type_ in ("event", "date", "attribute") else 150, one_in=75)
    )
    @given(SEEDS)
    def check(seed: int) -> None:
        rng = Random(seed)
        place = rng.choice(PLACES)
        assert_answers(place, Conditions(rng, place.first).leaf(type_), history(rng, place))

    check()


@pytest.mark.parametrize(("seed", "type_"), [(19156, None), (27905, "date")])
def test_former_differences_from_the_model_stay_fixed(seed: int, type_: str | None) -> None:
    rng = Random(seed)
    place = rng.choice(PLACES)
    conditions = Conditions(rng, place.first)
    assert_answers(place, conditions.leaf(type_) if type_ else conditions.tree(), history(rng, place))


BIRTHDAYS = (
    "2000-02-29",
    "1999-03-01",
    "1960-01-01",
    "1975-12-31",
    "2001-02-28",
    "1965-07-19T23:30:00Z",
    951_782_400_000,
)
RELATIVE = [f"{how}_days_{way}" for how in ("more_than", "exactly", "less_than") for way in ("ago", "ahead")]
YEARS = 5
YEARLY = [0, 1, 60, 363, 364, 365, 366, 400]


@pytest.mark.parametrize(("birthday", "value"), some_of(list(product(BIRTHDAYS, YEARLY)), one_in=7))
def test_anniversaries_equal_the_model_over_years(birthday: str | int, value: int) -> None:
    """The days include anniversaries that are only in leap years."""
    for operator in some_of(RELATIVE, start=value + BIRTHDAYS.index(birthday)):
        condition = {
            "type": "date",
            "attribute": "birthday",
            "operator": operator,
            "value": value,
            "yearly": True,
        }
        assert_walks_through_years(condition, birthday)


@pytest.mark.parametrize(("birthday", "period"), some_of(list(product(BIRTHDAYS, PERIODS)), one_in=5))
def test_birthdays_in_calendar_periods_equal_the_model_over_years(birthday: str | int, period: str) -> None:
    for operator in some_of(("this", "last", "next"), start=BIRTHDAYS.index(birthday)):
        condition = {"type": "date", "attribute": "birthday", "operator": operator, "value": period}
        assert_walks_through_years(condition | {"yearly": True}, birthday)


@pytest.mark.parametrize("period", PERIODS)
def test_a_date_in_calendar_periods_equals_the_model_over_years(period: str) -> None:
    for operator in some_of(("this", "last", "next"), start=list(PERIODS).index(period)):
        condition = {"type": "date", "attribute": "birthday", "operator": operator, "value": period}
        assert_walks_through_years(condition, (PLACES[0].first + timedelta(days=400)).isoformat())


@pytest.mark.parametrize("window", [{n: p} for n in ("this", "to_date", "last") for p in PERIODS], ids=str)
def test_events_in_calendar_periods_equal_the_model_over_years(window: ConditionJson) -> None:
    """Conditions are evaluated on each day of years with a few events; windows are as long as days are kept."""
    place, rng = PLACES[0], Random(str(window))
    days = LocalDays(place.zone, place.name)
    for seed in range(part_of(20)):
        log = [
            replace(a, identities=(USER,), message_id=f"{n}") for n, a in enumerate(scattered(seed, place))
        ]
        condition = {
            "type": "event",
            "event": "Order Completed",
            "value": rng.choice((1, 2)),
            "window": window,
        }
        node, person = compile_condition(condition, days), person_of(log, place.zone)
        facts, at = facts_of(log, node, days), log[-1].occurred_at
        for _ in range(40):
            holds_now, until = next_change(node, facts, at)
            assert holds_now is holds(condition, person, at) is node.holds(facts, at)
            if until == NEVER:
                break
            assert holds(condition, person, until - 1) is holds_now
            assert holds(condition, person, until) is not holds_now
            at = until


def scattered(seed: int, place: Place) -> list[Activity]:
    rng = Random(seed)
    ages = sorted(
        (rng.choice((0, 1, 7, 30, 31, 62, 91, 92, 183, 184, 365, 730)) for _ in range(4)), reverse=True
    )
    order = next(a for n in range(100) for a in history(Random(n), place) if a.name == "Order Completed")
    end = place.begins(rng.randrange(366))
    moments = [end - age * 24 * HOUR + rng.randrange(24) * HOUR for age in ages]
    return [replace(order, original_at=at, occurred_at=at, received_at=at) for at in sorted(moments)]


@cache
def midnights(place: Place) -> list[tuple[date, int]]:
    """Return the days of the years, and when each begins."""
    dates = [place.first + timedelta(days=n) for n in range(366 * YEARS)]
    return [(day, first_instant(day, place.zone)) for day in dates]


def assert_walks_through_years(condition: ConditionJson, birthday: str | int) -> None:
    """Assert the results from one change to the next, through years of midnights."""
    place, value = PLACES[0], read("birthday", birthday)
    truth = {at: moment_holds(condition, value, place.zone, day) for day, at in midnights(place)}
    days, last = LocalDays(place.zone, place.name), max(truth)
    node, at, instants = compile_condition(condition, days), min(truth), sorted(truth)
    born = ProfileState("p", attributes={"birthday": Stamped(birthday, (0, ""))})
    while at <= last:
        now, until = next_change(node, Facts([born]), at)
        lasting = instants[bisect_left(instants, at) : bisect_left(instants, until)]
        assert {truth[each] for each in lasting} == {now}
        assert until > last or truth[until] is not now
        at = until
