"""A profile is saved before its newly claimed identities. Whatever happens between the saves, the final people are
those of the reference model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pytest

from crm.domain.activity import Activity
from crm.domain.card import card_of
from crm.domain.identity import Identity
from crm.services.privacy.erasure_scope import erasure_scope_of, mark
from crm.services.projection.person_tree import canonical, members_of
from crm.services.projection.projector import Projector
from tests.model.comparison import assert_store_is, shown
from tests.model.reference import Reference
from tests.model.scenes import (
    ANA,
    ANA_MAIL,
    BEN,
    DAY,
    LAPTOP,
    NAMESPACE,
    PHONE,
    START,
    activity,
    identify,
    order,
    profile_id,
)
from tests.support.concurrent_projectors import settle
from tests.support.memory_store import Crash, MemoryStore, do_nothing

Meanwhile = Callable[[MemoryStore], None]

LOG_IN = identify(10, ANA, ANA_MAIL, PHONE, LAPTOP, city="Vigo")
VIEW = activity(1, LAPTOP)
EVERYBODY = {ANA, ANA_MAIL, PHONE, LAPTOP}


def project(store: MemoryStore, id_: str, minutes: Collection[int] | None) -> None:
    Projector(store, profile_id).project(id_, minutes)


def after_a_save(number: int, meanwhile: Meanwhile, *, dies: bool = False) -> MemoryStore:
    """Let a visitor sign in, with another action before the save of this number.

    The process that projects the sign-in may die there; its record is then delivered again.
    """
    store = MemoryStore()
    store.append([VIEW])
    settle(store, project)
    store.append([LOG_IN])
    rung, saves = list(store.stream_changes), iter(range(100))

    def hook(operation: str) -> None:
        if operation == "save" and next(saves) == number:
            store.hook = do_nothing
            store.stream_changes.clear()
            if dies:
                raise Crash
            meanwhile(store)

    store.hook = hook
    try:
        settle(store, project)
    except Crash:
        meanwhile(store)
    assert store.hook is do_nothing, "the save did not happen"
    store.stream_changes += rung
    settle(store, project)
    return store


def arrive(store: MemoryStore, activities: Sequence[Activity]) -> None:
    store.append(activities)
    settle(store, project)


STEPS = {
    "an event of the person": [activity(20, ANA, name="Searched")],
    "an event of the identity": [order(20, ANA_MAIL, revenue=5, currency="EUR")],
    "an event of the browser": [activity(20, LAPTOP)],
    "a better claim": [activity(5, BEN, ANA_MAIL)],
    "a later claim": [activity(30, BEN, ANA_MAIL, PHONE)],
    "a claim among the identities": [activity(6, ANA_MAIL, PHONE)],
}
SAVES = (0, 1, 2)
"""The saves of the person with the known browser, and of the two new identities."""


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("number", SAVES)
@pytest.mark.parametrize("what", STEPS)
def test_concurrent_projections_do_not_change_the_result(what: str, number: int, dies: bool) -> None:
    store = after_a_save(number, lambda store: arrive(store, STEPS[what]), dies=dies)
    assert_store_is(store, Reference(NAMESPACE, [VIEW, LOG_IN, *STEPS[what]]))


@pytest.mark.parametrize("number", SAVES)
def test_a_repeated_delivery_completes_what_a_crash_left(number: int) -> None:
    store = after_a_save(number, lambda _store: None, dies=True)
    assert_store_is(store, Reference(NAMESPACE, [VIEW, LOG_IN]))


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("number", SAVES)
def test_a_claim_that_is_given_up_in_between_is_not_saved(number: int, dies: bool) -> None:
    fewer = replace(LOG_IN, identities=(ANA, LAPTOP))
    store = after_a_save(number, lambda store: arrive(store, [fewer]), dies=dies)
    claimed = {state.identity for state in store.profiles().values() if state.claimers}
    assert claimed == {LAPTOP}
    assert shown(store)[profile_id(ANA)]["identities"] == {tuple(ANA), tuple(LAPTOP)}


@pytest.mark.parametrize("number", SAVES[1:])
def test_an_identity_that_is_not_stored_yet_belongs_to_the_person(number: int) -> None:
    seen: list[set[Identity | None]] = []

    def look(store: MemoryStore) -> None:
        root = canonical(store, profile_id(ANA))
        assert root
        members = members_of(store, profile_id, root)
        assert root.card == card_of(members)
        seen.append({member.identity for member in members})

    after_a_save(number, look)
    assert seen == [EVERYBODY]


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("number", SAVES[1:])
def test_an_erasure_in_between_reaches_every_identity(number: int, dies: bool) -> None:
    def erase(store: MemoryStore) -> None:
        scope = erasure_scope_of(store, profile_id, profile_id(ANA))
        assert {member.identity for member in scope.members} == EVERYBODY
        mark(store, scope.members, START + DAY)
        for member in scope.members:
            store.discard(member.id, list(store.activities(member.id, 0, START + DAY)))
            project(store, member.id, None)

    store = after_a_save(number, erase, dies=dies)
    stated = store.dump()
    assert [identity for identity in EVERYBODY if f'"{identity.value}"' in stated] == []
    assert shown(store) == {}
