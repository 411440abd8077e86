"""After any merges, unmerges and events, each person has one root, and an unmerge restores the previous state."""

from __future__ import annotations

import pytest

from crm.domain import manual_merge
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from tests.model.comparison import shown
from tests.model.scenes import activity, profile_id
from tests.support.random_customers import RandomCustomers, precedence
from tests.support.thoroughness import part_of

SEEDS = range(part_of(25, one_in=12))


def assert_one_root_each(customers: RandomCustomers) -> None:
    profiles = customers.store.profiles()
    owned = {m.id for members in customers.people().values() for m in members}
    for id_, profile in profiles.items():
        seen = [id_]
        while owner := profiles[seen[-1]].owner:
            assert owner not in seen, "a circle"
            assert precedence(profiles[owner]) < precedence(profiles[seen[-1]])
            seen.append(owner)
        assert profile.identity is None or id_ in owned


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unmerge_restores_each_profile_exactly(seed: int) -> None:
    customers = RandomCustomers(seed)
    customers.do_random_actions(customers.rng.randint(2, 14))
    for _ in range(customers.rng.randint(0, 3)):
        customers.rng.choice((lambda: customers.merge_some(3), customers.unmerge_one))()
    before, listed = shown(customers.store), customers.listed()
    kept, *others = customers.merge_some(4)
    customers.rng.shuffle(others)
    for other in others:
        assert customers.person_of(other) == kept
        customers.unmerge(kept, other)
        assert customers.person_of(other) == other
    assert shown(customers.store) == before
    assert customers.listed() == listed


@pytest.mark.parametrize("seed", SEEDS)
def test_merges_and_events_in_any_order_have_one_result(seed: int) -> None:
    customers = RandomCustomers(seed)
    for _ in range(8):
        customers.rng.choice(
            (
                lambda: customers.do_random_actions(3),
                lambda: customers.merge_some(3),
                customers.unmerge_one,
            )
        )()
        assert_one_root_each(customers)
    again = RandomCustomers(seed + 1)
    everything = [a for a in customers.store.everything() if not a.type.startswith("identity.")]
    again.rng.shuffle(everything)
    for arrived in everything:
        again.store.append([arrived])
        if again.rng.random() < 0.2:
            again.settle()
    again.settle()
    assert shown(again.store) == shown(customers.store)
    assert again.listed() == customers.listed()


@pytest.mark.parametrize("seed", SEEDS)
def test_unmerged_profiles_stay_separate_until_merged_again(seed: int) -> None:
    customers = RandomCustomers(seed)
    for _ in range(customers.rng.randint(1, 3)):
        customers.do_random_actions(customers.rng.randint(2, 5))
        customers.merge_some(3)
    customers.do_random_actions(4)
    someone = customers.merged_customer()
    assert someone
    kept, member = someone
    leaving, staying = customers.unmerge(kept, member)
    _replay_shared_events(customers, leaving[0].identity, staying)
    # Identities that events gave to another person during the merge stay there, and need not be shown under `kept`.
    stayed = customers.person_of(kept)
    assert {customers.person_of(profile.id) for profile in staying} == {stayed}
    left = customers.person_of(member)
    assert {customers.person_of(profile.id) for profile in leaving} == {left} != {stayed}
    customers.merge(stayed, left)
    assert {customers.person_of(profile.id) for profile in (*leaving, *staying)} == {stayed}


def _replay_shared_events(
    customers: RandomCustomers, left: Identity | None, staying: list[ProfileState]
) -> None:
    """Send events that name both, as replays and as new ones."""
    assert left
    for number, profile in enumerate(staying):
        assert profile.identity
        if precedence(profile) < manual_merge.precedence(left, profile_id(left)):
            met = [profile.identity, left]
            customers.store.append(
                [activity(minute, *met, message_id=f"again{number}") for minute in (0, 9999)]
            )
    customers.settle()
