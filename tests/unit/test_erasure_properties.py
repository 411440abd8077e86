"""An erased customer is in no log or profile, also after late activities, and can start again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.activity import Activity, is_own
from crm.domain.copies import ErasedCopies
from crm.domain.erasure import redacted
from crm.domain.identity import Identity
from crm.domain.manual_merge import APART_FROM
from crm.domain.profile_claims import drop_lost_claims
from crm.services.privacy.erasure_scope import erasure_scope_of, mark
from crm.services.projection.projector import Projector
from tests.model.comparison import assert_claims_are, expected, shown
from tests.model.graph import links_of
from tests.model.histories import HISTORIES
from tests.model.reference import Reference
from tests.model.scenes import DAY, NAMESPACE, START, profile_id
from tests.support.concurrent_projectors import Stage, settle
from tests.support.memory_store import MemoryStore
from tests.support.thoroughness import part_of
from tests.unit.test_properties import SEEDS, examples

ERASED_AT = START + 300 * DAY
LATER = 400 * DAY

pytestmark = pytest.mark.timeout(600)


def project(store: MemoryStore, id_: str, minutes: Collection[int] | None) -> None:
    Projector(store, profile_id).project(id_, minutes)


def store_of(history: Iterable[Activity]) -> MemoryStore:
    arrived = list(history)
    store = MemoryStore(rng=Random(len(arrived)))
    store.append(arrived)
    settle(store, project)
    return store


def erase(store: MemoryStore, id_: str) -> dict[Identity, int]:
    """Erase a customer as the job does; return the erased identities."""
    reach = erasure_scope_of(store, profile_id, id_)
    erased = {member.identity: ERASED_AT for member in reach.members if member.identity}
    copies = ErasedCopies({member.id for member in reach.members}, ERASED_AT)
    mark(store, reach.members, ERASED_AT)
    for member in reach.members:
        store.discard(member.id, list(store.activities(member.id, 0, ERASED_AT + 1)))
        project(store, member.id, None)
    for related_profile in sorted(reach.related_profiles):
        Projector(store, profile_id).redact(related_profile, erased, copies)
        for state in store.load([related_profile]).values():
            drop_lost_claims(state, erased)
            store.save([state])
        project(store, related_profile, None)
    return erased


def with_unmerge_notes(history: Iterable[Activity]) -> list[Activity]:
    """Add the notes of manual unmerges to the logs of the members that left."""
    reported: list[Activity] = []
    for activity in history:
        reported.append(activity)
        for other, linked in links_of(activity):
            if not linked:
                apart = {APART_FROM: [profile_id(activity.identities[0])]}
                reported.append(replace(activity, identities=(other,), properties=apart, effects=None))
    return reported


def without(history: Iterable[Activity], erased: dict[Identity, int]) -> list[Activity]:
    """Return the history without the erased customers."""
    others = [activity for activity in history if activity.identities[0] not in erased]
    return [kept for activity in others if (kept := redacted(activity, erased))]


def assert_erased(store: MemoryStore, erased: Iterable[Identity]) -> None:
    stated = store.dump()
    assert [identity for identity in erased if f'"{identity.value}"' in stated] == []


def assert_profiles_are(store: MemoryStore, history: Sequence[Activity]) -> None:
    reference = Reference(NAMESPACE, history)
    ghosts = {profile_id(identity) for identity in reference.graph().ghosts()}
    seen = {id_: answer for id_, answer in shown(store).items() if id_ not in ghosts}
    cards = {id_: expected(card) for id_, card in reference.cards().items()}
    # A conflict that was noted stays, and keeps those it was noted of.
    assert {id_: seen[id_] for id_ in cards} == cards
    assert_claims_are(store, reference.graph())


@settings(examples, max_examples=part_of(100, least=4))
@given(HISTORIES, SEEDS)
def test_an_erased_person_does_not_return_with_late_activities(history: list[Activity], seed: int) -> None:
    history, random = with_unmerge_notes(history), Random(seed)
    store = store_of(history)
    erased = erase(store, profile_id(random.choice(history).identities[0]))
    settle(store, project)
    assert_erased(store, erased)
    assert_profiles_are(store, without(history, erased))
    # As they are stored: a copy that arrives while its log is redacted may lose to the copy that was read before.
    events = [activity for activity in Reference(NAMESPACE, history).stored() if is_own(activity)]
    late = random.sample(events, len(events))
    Stage(store, project, late, seed).apply()
    assert_erased(store, erased)
    assert_profiles_are(store, without([*history, *late], erased))


@settings(examples, max_examples=part_of(100, least=4))
@given(HISTORIES, st.integers(0, 50))
def test_activity_after_an_erasure_starts_a_new_profile(history: list[Activity], which: int) -> None:
    history = with_unmerge_notes(history)
    store = store_of(history)
    erased = erase(store, profile_id(history[which % len(history)].identities[0]))
    again = [
        replace(
            activity,
            original_at=activity.original_at + LATER,
            occurred_at=activity.occurred_at + LATER,
            received_at=activity.received_at + LATER,
        )
        for activity in history
    ]
    late = [activity for activity in history if is_own(activity)]
    store.append([*again, *late])
    settle(store, project)
    assert_profiles_are(store, [*without([*history, *late], erased), *again])
