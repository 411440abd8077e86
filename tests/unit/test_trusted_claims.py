"""The owner of an identity: the rank of the source decides first, then time; receipt counts rather than a client's
clock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import permutations

import pytest

from crm.domain.activity import CONFLICT, SHARED, Activity
from crm.domain.claims import MAX_RIVALS
from crm.domain.identity import Identity
from crm.services.projection.person_tree import canonical
from crm.services.projection.projector import Projector
from tests.model.comparison import assert_store_is
from tests.model.reference import Reference
from tests.model.scenes import ANA, ANA_MAIL, BEN, LAPTOP, NAMESPACE, activity, identify, order, profile_id
from tests.support.concurrent_projectors import settle
from tests.support.memory_store import Crash, MemoryStore, do_nothing

EVIL = Identity("user_id", "evil")


def project(store: MemoryStore, id_: str, minutes: Collection[int] | None) -> None:
    Projector(store, profile_id).project(id_, minutes)


def project_closed(store: MemoryStore, id_: str, minutes: Collection[int] | None) -> None:
    Projector(store, profile_id, joins_closed=True).project(id_, minutes)


def store_of(*history: Activity) -> MemoryStore:
    store = MemoryStore()
    for arrived in history:
        store.append([arrived])
        settle(store, project)
    assert_store_is(store, Reference(NAMESPACE, history))
    return store


def owner(store: MemoryStore, identity: Identity) -> Identity | None:
    root = canonical(store, profile_id(identity))
    assert root
    return root.identity


def conflicts(store: MemoryStore) -> list[Activity]:
    return [activity for activity in store.everything() if activity.type == CONFLICT]


def trusted(minute: float, *identities: Identity, source_id: str = "crm") -> Activity:
    return activity(minute, *identities, type="identify", source_kind="server", source_id=source_id)


def backdated(*identities: Identity) -> Activity:
    """Return an activity that was received at the hundredth minute, with a much earlier client time."""
    return activity(-9_999_999, *identities, type="identify", received_minute=100)


def test_a_backdated_public_claim_takes_nothing() -> None:
    for arrival in permutations(
        [identify(1, ANA, ANA_MAIL), order(2, ANA, revenue=9), backdated(EVIL, ANA_MAIL)]
    ):
        store = store_of(*arrival)
        assert owner(store, ANA_MAIL) == ANA
        assert len(conflicts(store)) == 2


def test_the_email_of_a_customer_created_by_hand_is_not_taken() -> None:
    store = store_of(trusted(500, ANA, ANA_MAIL, source_id="key:1"), backdated(EVIL, ANA_MAIL))
    assert owner(store, ANA_MAIL) == ANA


def test_backdated_claims_do_not_displace_an_email() -> None:
    junk = [backdated(ANA, Identity("email", f"junk{n}@example.com")) for n in range(9)]
    junk = [replace(one, message_id=str(n)) for n, one in enumerate(junk)]
    store = store_of(identify(1, ANA, ANA_MAIL), *junk)
    assert owner(store, ANA_MAIL) == ANA
    assert len(store.profiles()[profile_id(ANA)].claims) == 5


def test_a_trusted_claim_overrides_public_ones() -> None:
    for arrival in permutations(
        [identify(1, EVIL, ANA_MAIL), trusted(50, ANA, ANA_MAIL), identify(70, BEN, ANA_MAIL)]
    ):
        assert owner(store_of(*arrival), ANA_MAIL) == ANA


def test_a_resent_message_keeps_its_first_receipt() -> None:
    first = activity(10, ANA, ANA_MAIL, type="identify", message_id="m", received_minute=100)
    rival = identify(150, EVIL, ANA_MAIL)
    again = replace(first, received_at=rival.received_at + 60_000)
    store = store_of(first, rival, again)
    assert owner(store, ANA_MAIL) == ANA
    store.delete_profiles()
    settle(store, project)
    assert owner(store, ANA_MAIL) == ANA


@pytest.mark.parametrize("operation", ["append", "save", "load"])
def test_a_lost_claim_is_recorded_once_after_repetitions_and_crashes(operation: str) -> None:
    history = [identify(1, ANA, ANA_MAIL), identify(5, EVIL, ANA_MAIL, message_id="m")]
    copy = replace(history[1], occurred_at=history[1].occurred_at - 5, received_at=history[1].received_at - 5)
    for crashes in range(1, 40):
        store, calls = MemoryStore(), 0

        def crash(called: str, crashes: int = crashes) -> None:
            nonlocal calls
            calls += called == operation
            if called == operation and calls == crashes:
                raise Crash

        for arrived in (*history, copy):
            store.append([arrived])
            changes, store.hook = list(store.stream_changes), crash
            try:
                settle(store, project)
            except Crash:
                store.hook = do_nothing
                store.stream_changes = [*changes, *store.stream_changes]
                settle(store, project)
            store.hook = do_nothing
        assert len(conflicts(store)) == 2, crashes
        if calls < crashes:
            break


def claims_of(many: int, claimed: Identity, **how: str) -> list[Activity]:
    return [
        activity(n, Identity("user_id", f"u{n}"), claimed, type="identify", message_id=str(n), **how)  # type: ignore[arg-type]
        for n in range(many)
    ]


@pytest.mark.parametrize("claimed", [LAPTOP, ANA_MAIL])
def test_an_identity_with_too_many_claims_links_no_profiles_and_stays_small(claimed: Identity) -> None:
    store = store_of(order(0, claimed, revenue=5), *claims_of(MAX_RIVALS + 5, claimed))
    state = store.profiles()[profile_id(claimed)]
    assert (state.owner, state.claimers) == (None, {})
    assert owner(store, claimed) == claimed
    assert [a.type for a in store.everything() if a.type == SHARED] == [SHARED]
    before = state.version
    store.append(claims_of(MAX_RIVALS + 9, claimed)[-1:])
    settle(store, project)
    assert store.profiles()[profile_id(claimed)].version == before


def test_the_most_allowed_claims_still_link_an_identity() -> None:
    store = store_of(*claims_of(MAX_RIVALS, LAPTOP))
    assert owner(store, LAPTOP) == Identity("user_id", "u0")


def test_a_shared_identity_stays_shared_after_reprojection() -> None:
    history = claims_of(MAX_RIVALS + 1, LAPTOP)
    store = store_of(*history)
    store.delete_profiles()
    settle(store, project)
    assert_store_is(store, Reference(NAMESPACE, history))


def test_a_trusted_owner_is_kept_against_any_number_of_public_claims() -> None:
    crowd = claims_of(MAX_RIVALS + 5, ANA_MAIL)
    for history in ([trusted(999, ANA, ANA_MAIL), *crowd], [*crowd, trusted(999, ANA, ANA_MAIL)]):
        store = store_of(*history)
        assert owner(store, ANA_MAIL) == ANA
        assert len(store.profiles()[profile_id(ANA_MAIL)].claimers) <= MAX_RIVALS + 1


def test_many_trusted_claims_are_bounded_and_the_first_one_wins() -> None:
    history = claims_of(3 * MAX_RIVALS, LAPTOP, source_kind="server")
    for arrival in (history, history[::-1]):
        store = MemoryStore()
        for arrived in arrival:
            store.append([arrived])
            settle(store, project)
        assert owner(store, LAPTOP) == Identity("user_id", "u0")
        assert len(store.profiles()[profile_id(LAPTOP)].claimers) == MAX_RIVALS + 1


def test_closed_joins_keep_public_sources_from_established_profiles() -> None:
    imported, public = trusted(1, ANA_MAIL), identify(5, EVIL, ANA_MAIL)
    newcomer = identify(0.5, BEN, Identity("email", "ben@example.com"))
    for arrival in permutations([imported, public, newcomer]):
        store = MemoryStore()
        for arrived in arrival:
            store.append([arrived])
            settle(store, project_closed)
        assert owner(store, ANA_MAIL) == ANA_MAIL
        assert owner(store, Identity("email", "ben@example.com")) == BEN
        assert {a.properties["reason"] for a in conflicts(store)} == {"closed"}
        assert not store.profiles()[profile_id(EVIL)].released


def test_open_joins_mark_a_join_by_a_public_source() -> None:
    store = store_of(trusted(1, ANA_MAIL), identify(5, ANA, ANA_MAIL, LAPTOP))
    profiles = store.profiles()
    assert owner(store, ANA_MAIL) == ANA
    assert profiles[profile_id(ANA_MAIL)].is_joined_publicly
    assert not profiles[profile_id(LAPTOP)].is_joined_publicly
    store.append([trusted(9, ANA, ANA_MAIL)])
    settle(store, project)
    assert not store.profiles()[profile_id(ANA_MAIL)].is_joined_publicly
