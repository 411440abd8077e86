"""The scope of an erasure, whose profiles cannot be found while it runs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crm.domain.errors import VersionConflictError
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.services.privacy.erasure_scope import (
    MARKED_AT_ONCE,
    erasure_scope_of,
    extend_marks,
    latest_statement,
    mark,
)
from crm.services.projection.projector import Projector
from tests.model.scenes import ANA, ANA_MAIL, BEN, LAPTOP, START, TABLET, identify, profile_id
from tests.support.memory_store import MemoryStore, RefusedError

T = START + 999 * 60_000


def store_of(*people: tuple[Identity, ...]) -> MemoryStore:
    store = MemoryStore()
    store.append([identify(minute, *carried) for minute, carried in enumerate(people)])
    for carried in people:
        Projector(store, profile_id).project(profile_id(carried[0]), None)
    return store


class Crowded(MemoryStore):
    """Records the marked profiles of each save, and lets another writer win chosen ones."""

    def __init__(self) -> None:
        super().__init__()
        self.saved: list[list[str]] = []
        self.faster: list[int] = []

    def save(self, profiles: Sequence[ProfileState]) -> None:
        if len(self.saved) in self.faster:
            self.faster.remove(len(self.saved))
            raise VersionConflictError("too late")
        super().save(profiles)
        self.saved.append([profile.id for profile in profiles])


def test_the_scope_contains_members_and_related_profiles() -> None:
    store = store_of((ANA, ANA_MAIL, LAPTOP), (BEN, LAPTOP), (BEN, TABLET))
    reach = erasure_scope_of(store, profile_id, profile_id(LAPTOP))
    assert reach.members[0].identity == ANA
    assert {member.identity for member in reach.members} == {ANA, ANA_MAIL, LAPTOP}
    assert reach.related_profiles == {profile_id(BEN)}


def test_the_scope_of_an_unknown_id_is_empty() -> None:
    reach = erasure_scope_of(MemoryStore(), profile_id, profile_id(ANA))
    assert (reach.members, reach.related_profiles) == ([], set())


def test_profiles_are_marked_in_batches_with_the_root_last() -> None:
    store = Crowded()
    devices = [Identity("anonymous_id", f"device-{number:03d}") for number in range(MARKED_AT_ONCE + 10)]
    store.append([identify(minute, ANA, device) for minute, device in enumerate(devices)])
    Projector(store, profile_id).project(profile_id(ANA), None)
    store.saved.clear()
    mark(store, erasure_scope_of(store, profile_id, profile_id(ANA)).members, T)
    assert [len(batch) for batch in store.saved] == [MARKED_AT_ONCE, 11]
    assert store.saved[-1][-1] == profile_id(ANA)
    assert {profile.erased_at for profile in store.profiles().values()} == {T}


def test_marking_an_outdated_profile_is_a_conflict() -> None:
    store = store_of((ANA, LAPTOP))
    reach = erasure_scope_of(store, profile_id, profile_id(ANA))
    Projector(store, profile_id).refresh(profile_id(ANA), force=True)
    with pytest.raises(VersionConflictError):
        mark(store, reach.members, T)


def test_marking_again_only_advances_the_time() -> None:
    store = Crowded()
    store.append([identify(1, ANA)])
    Projector(store, profile_id).project(profile_id(ANA), None)
    mark(store, list(store.profiles().values()), T)
    store.saved.clear()
    extend_marks(store, [profile_id(ANA)], T - 1)
    assert store.saved == []
    store.faster = [0, 0]
    extend_marks(store, [profile_id(ANA)], T + 1)
    assert store.profiles()[profile_id(ANA)].erased_at == T + 1


def test_marking_again_gives_up_after_repeated_conflicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    store = Crowded()
    store.append([identify(1, ANA)])
    Projector(store, profile_id).project(profile_id(ANA), None)
    store.faster = [len(store.saved)] * 99
    with pytest.raises(VersionConflictError):
        extend_marks(store, [profile_id(ANA)], T)


def test_large_profiles_are_marked_within_the_limits_of_a_transaction() -> None:
    store = Crowded()
    large = {"text": Stamped("x" * 390_000, (START, "m"))}
    members = [ProfileState(f"{number:08x}", attributes=dict(large)) for number in range(20)]
    for member in members:
        store.save([member])
    store.saved.clear()
    mark(store, members, T)
    assert [len(saved) for saved in store.saved] == [7, 7, 6]
    assert {profile.erased_at for profile in store.profiles().values()} == {T}


@pytest.mark.parametrize(
    "profiles",
    [
        [ProfileState("a"), ProfileState("a")],
        [ProfileState(str(number)) for number in range(101)],
        [ProfileState("a", attributes={"text": Stamped("x" * 410_000, (START, "m"))})],
        [ProfileState(str(n), attributes={"text": Stamped("x" * 390_000, (START, "m"))}) for n in range(11)],
    ],
    ids=["one twice", "more than 100", "over 400 KB", "over 4 MB"],
)
def test_the_memory_store_refuses_saves_that_dynamodb_refuses(profiles: list[ProfileState]) -> None:
    with pytest.raises(RefusedError):
        MemoryStore().save(profiles)


def test_a_marked_person_is_not_listed_after_any_projection() -> None:
    store = store_of((ANA, ANA_MAIL, LAPTOP))
    mark(store, erasure_scope_of(store, profile_id, profile_id(ANA)).members, T)
    for identity in (ANA_MAIL, LAPTOP):
        Projector(store, profile_id).project(profile_id(identity), None)
        Projector(store, profile_id).refresh(profile_id(identity), force=True)
    assert [profile.card for profile in store.profiles().values() if profile.card] == []


def test_the_latest_statement_is_the_time_of_the_latest_value() -> None:
    store = MemoryStore()
    store.append([identify(5, ANA, name="A"), identify(7, ANA, city="V"), identify(9, ANA)])
    Projector(store, profile_id).project(profile_id(ANA), None)
    assert latest_statement(list(store.profiles().values()), START) == START + 7 * 60_000
    assert latest_statement([], START) == 0


def test_the_latest_statement_includes_segments_published_ahead() -> None:
    ahead = ProfileState("p", published_at=START + 5)
    assert latest_statement([ahead], START) == START + 5
    ahead.erased_at = START
    assert latest_statement([ahead], START) == 0
    assert latest_statement([ahead], START + 1) == START + 5
