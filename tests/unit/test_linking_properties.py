"""Whatever people merge and part, between whatever events: one root for everybody, and unmerging restores exactly."""

from __future__ import annotations

import pytest

from crm.domain import manual_merge
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from tests.model.comparison import shown
from tests.model.scenes import activity, profile_id
from tests.support.thoroughness import part_of
from tests.support.town import Town, precedence

SEEDS = range(part_of(25, one_in=6))


def assert_one_root_each(town: Town) -> None:
    profiles = town.store.profiles()
    owned = {m.id for members in town.people().values() for m in members}
    for id_, profile in profiles.items():
        seen = [id_]
        while owner := profiles[seen[-1]].owner:
            assert owner not in seen, "a circle"
            assert precedence(profiles[owner]) < precedence(profiles[seen[-1]])
            seen.append(owner)
        assert profile.identity is None or id_ in owned


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unmerge_restores_each_profile_exactly(seed: int) -> None:
    town = Town(seed)
    town.happen(town.rng.randint(2, 14))
    for _ in range(town.rng.randint(0, 3)):
        town.rng.choice((lambda: town.merge_some(3), town.unmerge_one))()
    before, listed = shown(town.store), town.listed()
    kept, *others = town.merge_some(4)
    town.rng.shuffle(others)
    for other in others:
        assert town.person_of(other) == kept
        town.unmerge(kept, other)
        assert town.person_of(other) == other
    assert shown(town.store) == before
    assert town.listed() == listed


@pytest.mark.parametrize("seed", SEEDS)
def test_merges_and_events_in_any_order_have_one_result(seed: int) -> None:
    town = Town(seed)
    for _ in range(8):
        town.rng.choice((lambda: town.happen(3), lambda: town.merge_some(3), town.unmerge_one))()
        assert_one_root_each(town)
    again = Town(seed + 1)
    everything = [a for a in town.store.everything() if not a.type.startswith("identity.")]
    again.rng.shuffle(everything)
    for arrived in everything:
        again.store.append([arrived])
        if again.rng.random() < 0.2:
            again.settle()
    again.settle()
    assert shown(again.store) == shown(town.store)
    assert again.listed() == town.listed()


@pytest.mark.parametrize("seed", SEEDS)
def test_unmerged_profiles_stay_separate_until_merged_again(seed: int) -> None:
    town = Town(seed)
    for _ in range(town.rng.randint(1, 3)):
        town.happen(town.rng.randint(2, 5))
        town.merge_some(3)
    town.happen(4)
    someone = town.merged_customer()
    assert someone
    kept, member = someone
    leaving, staying = town.unmerge(kept, member)
    _replay_shared_events(town, leaving[0].identity, staying)
    # What events had given to somebody else while it was merged is theirs now: it need not be shown under `kept`.
    stayed = town.person_of(kept)
    assert {town.person_of(profile.id) for profile in staying} == {stayed}
    left = town.person_of(member)
    assert {town.person_of(profile.id) for profile in leaving} == {left} != {stayed}
    town.merge(stayed, left)
    assert {town.person_of(profile.id) for profile in (*leaving, *staying)} == {stayed}


def _replay_shared_events(town: Town, left: Identity | None, staying: list[ProfileState]) -> None:
    """Events that list both: as replayed, and new ones."""
    assert left
    for number, profile in enumerate(staying):
        assert profile.identity
        if precedence(profile) < manual_merge.precedence(left, profile_id(left)):
            met = [profile.identity, left]
            town.store.append([activity(minute, *met, message_id=f"again{number}") for minute in (0, 9999)])
    town.settle()
