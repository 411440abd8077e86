"""Long identities, in any order, repetition and interleaving: the best ones are claimed, up to the limit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain import claims
from crm.domain.activity import Activity
from crm.domain.claims import MAX_LONG, limit_claims
from crm.domain.identity import Identity, normalise
from crm.services.projection import claim_settler
from tests.model import graph
from tests.model.comparison import assert_store_is
from tests.model.histories import CROWD, ONE_PERSON, histories
from tests.model.reference import Reference
from tests.model.scenes import ANA, NAMESPACE, activity, profile_id
from tests.support.concurrent_projectors import Stage, settle
from tests.support.memory_store import MemoryStore
from tests.support.thoroughness import part_of
from tests.unit.test_properties import SEEDS, examples, project

pytestmark = pytest.mark.timeout(600)

USER, *_DEVICES = ONE_PERSON[0][0], *(Identity("anonymous_id", f"a{n}" + "x" * (n % 3)) for n in range(9))
MANY_DEVICES = [(USER,), *((USER, device) for device in _DEVICES), *((device,) for device in _DEVICES)]
HISTORIES = st.one_of(histories(MANY_DEVICES, 8, 16), histories(CROWD, 6, 14))


@pytest.fixture
def short() -> Iterator[None]:
    """Set small limits: of two long identities, which have three letters, and of one noted in a save."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "LONG", 4)
        patch.setattr(claims, "MAX_LONG", 2)
        patch.setattr(graph, "LONG", 4)
        patch.setattr(graph, "LIMIT_OF_LONG", 2)
        patch.setattr(claim_settler, "MAX_TRACES", 1)
        yield


@settings(examples, max_examples=part_of(120, least=4))
@given(HISTORIES, SEEDS)
@pytest.mark.usefixtures("short")
def test_profiles_equal_the_model_for_any_interleaving(history: list[Activity], seed: int) -> None:
    store = MemoryStore()
    Stage(store, project, history, seed).apply()
    assert_store_is(store, Reference(NAMESPACE, history))


@settings(examples, max_examples=part_of(80, least=4))
@given(HISTORIES, st.integers(1, 10))
@pytest.mark.usefixtures("short")
def test_refolding_all_logs_changes_nothing(history: list[Activity], batch: int) -> None:
    store = MemoryStore()
    for arrived in history:
        store.append([arrived])
        settle(store, project, batch)
    assert_store_is(store, Reference(NAMESPACE, history))
    store.delete_profiles()
    settle(store, project)
    assert_store_is(store, Reference(NAMESPACE, history))


def test_short_ids_and_trusted_values_have_room_next_to_long_ones() -> None:
    long = [Identity("anonymous_id", f"{n:03d}" + "\U0001f600" * 120) for n in range(50)]
    junk = [activity(n, ANA, one) for n, one in enumerate(long)]
    device, card = Identity("anonymous_id", "device"), Identity("card", "c" * 200)
    store = MemoryStore()
    store.append([*junk, activity(99, ANA, device), activity(98, ANA, card, source_kind="server")])
    settle(store, project)
    kept = store.profiles()[profile_id(ANA)].claims
    assert kept.keys() == {card, device, *long[: MAX_LONG - 1]}
    assert limit_claims(kept, profile_id) == (kept, {})


@pytest.mark.parametrize(
    ("value", "bytes_"),
    [("a" * 512, 512), ("\u00e9" * 256, 512), ("000" + "\U00020000" * 127, 511)],
)
def test_the_length_of_an_identity_is_counted_in_bytes(value: str, bytes_: int) -> None:
    assert len(value.encode()) == bytes_
    assert normalise("user_id", value) == Identity("user_id", value)
    assert normalise("user_id", value + value[-1]) is None
