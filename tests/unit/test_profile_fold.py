"""The fold of one log, and its stored form."""

import json
from random import Random
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.claims import Claim, Claimer, mark_of
from crm.domain.fold import fold_all, fold_ranges, ranges_to_read
from crm.domain.person import values_of
from crm.domain.person_description import describe
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps, loads
from crm.domain.times import DAY_MS, MINUTE_MS
from crm.domain.trust import Rank
from tests.support.activities import NOON, activity, browser, email, user


def fold(*activities: Activity) -> ProfileState:
    state = ProfileState("p1")
    fold_all(state, sorted(activities, key=lambda one: (one.original_at, one.message_id)))
    return state


def identify(at: int = NOON, **traits: Any) -> Activity:
    return activity(user("u1"), type="identify", at=at, properties=traits)


def test_the_latest_value_of_an_attribute_wins() -> None:
    state = fold(identify(NOON + 2, plan="pro"), identify(NOON + 1, plan="free", city="Rome"))
    assert values_of(state.attributes) == {"plan": "pro", "city": "Rome"}


def test_a_null_clears_an_attribute_and_older_values_do_not_return() -> None:
    state = fold(identify(NOON + 2, plan=None), identify(NOON + 1, plan="free"))
    assert values_of(state.attributes) == {}


def test_the_value_that_wins_at_equal_stamps_does_not_depend_on_order() -> None:
    copies = [
        activity(user("u1"), type="identify", message_id="m", properties={"plan": plan}, original_at=NOON + i)
        for i, plan in enumerate(["a", "c", "b"])
    ]
    assert (
        values_of(fold(*copies).attributes) == values_of(fold(*reversed(copies)).attributes) == {"plan": "c"}
    )


def test_a_long_message_id_is_stored_as_its_digest() -> None:
    state = fold(
        activity(user("u1"), type="identify", message_id="m" * 100, properties={"plan": "pro"}),
        activity(user("u1"), type="identify", message_id="m" * 36, properties={"city": "Rome"}),
    )
    assert state.attributes["plan"].stamp == (NOON, "~e838192c1dfde48b")
    assert state.attributes["city"].stamp == (NOON, "m" * 36)


def test_only_identify_sets_attributes() -> None:
    state = fold(
        activity(user("u1"), properties={"plan": "pro"}),
        activity(user("u1"), type="page", properties={"a": 1}),
    )
    assert state.attributes == {}


def test_groups_consents_and_environment_are_folded_too() -> None:
    consent = {"consent": {"categoryPreferences": {"sms": True, "email": False, "odd": "yes"}}}
    state = fold(
        activity(user("u1"), type="group", name="acme", properties={"seats": 5}),
        activity(user("u1"), context=consent),
        activity(user("u1"), at=NOON + 1, context={"environment": {"browser": "Firefox"}}),
        activity(user("u1"), at=NOON, context={"environment": {"browser": "Chrome"}}),
    )
    assert values_of(state.groups) == {"acme": {"seats": 5}}
    assert values_of(state.consents) == {
        "sms": {"state": "granted", "at": "2026-11-21T12:00:00.000Z", "source": "web"},
        "email": {"state": "denied", "at": "2026-11-21T12:00:00.000Z", "source": "web"},
    }
    assert state.environment
    assert state.environment.value == {"browser": "Firefox"}


def test_first_and_last_seen_are_times_of_occurrence() -> None:
    state = fold(
        activity(user("u1"), at=NOON, original_at=NOON + 5),
        activity(user("u1"), at=NOON + 9, name="Order Completed", original_at=NOON),
    )
    assert (state.first_seen, state.last_seen, state.last_transaction_at) == (NOON, NOON + 9, NOON + 9)
    assert state.skew == (-5, 9)


def test_conflict_notes_are_not_counted_as_activity() -> None:
    state = fold(activity(user("u1"), type="identity.conflict"))
    assert (state.first_seen, state.counts.activities) == (None, 0)
    assert state.identity == user("u1")


def lifelike(seed: int) -> list[Activity]:
    random = Random(seed)
    return [
        activity(
            user("u1"),
            *random.sample([email("a@example.com"), browser("b1")], random.randrange(3)),
            at=NOON + random.randrange(40) * DAY_MS // 2,
            type=random.choice(["track", "page", "identify", "group"]),
            name=random.choice(["Order Completed", "acme", None]),
            properties={"total": random.randrange(9), "plan": random.choice(["a", "b", None])},
        )
        for _ in range(60)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_folding_step_by_step_equals_one_fold(seed: int) -> None:
    log = lifelike(seed)
    stepwise = ProfileState("p1")
    for number in range(len(log)):
        arrived = log[: number + 1]

        def read(start: int, end: int, arrived: list[Activity] = arrived) -> list[Activity]:
            return sorted(
                (one for one in arrived if start <= one.original_at // MINUTE_MS < end),
                key=lambda one: (one.original_at, one.message_id),
            )

        fold_ranges(stepwise, ranges_to_read(stepwise, {log[number].original_at // MINUTE_MS}), read)
        stepwise = loads("p1", dumps(stepwise))

    assert describe([stepwise]) == describe([fold(*log)])
    assert stepwise.claims == fold(*log).claims


def test_the_stored_fold_is_complete_and_small() -> None:
    state = fold(*lifelike(1))
    trusted, linked = (
        Claim((NOON, "m1"), Rank.TRUSTED, by_hand=False),
        Claim((NOON, "m2"), Rank.BY_HAND, by_hand=True),
    )
    state.claimers = {
        "p0": Claimer(user("u0"), trusted, first=NOON + 5, noted=True),
        "p1": Claimer(user("u1"), linked, first=NOON),
    }
    state.noted = frozenset({mark_of(email("x@example.com"))})
    state.unnoted = {email("y@example.com"): (NOON, "limit")}
    state.released, state.dropped = frozenset({"p7"}), frozenset({email("z@example.com")})
    state.established, state.shared, state.joins_closed = NOON - 1, NOON + 7, True
    text = dumps(state)
    assert loads("p1", text) == state
    assert dumps(loads("p1", text)) == text


def test_a_first_page_view_is_stored_in_a_few_hundred_bytes() -> None:
    environment = {"browser": "Chrome", "browser_version": "141", "os": "Windows", "device_type": "desktop"}
    visitor = browser("8f7a2c0e-6f0c-4c7e-9f0e-1a2b3c4d5e6f")
    state = fold(activity(visitor, type="page", context={"environment": environment}))
    assert len(dumps(state).encode()) < 320
    assert json.loads(dumps(state))["i"] == ["anonymous_id", visitor.value]
