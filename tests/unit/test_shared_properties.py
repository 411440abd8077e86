"""Identities with many claims, in any order, repetition and interleaving: permanently shared above the limit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from crm.domain import claims
from crm.domain.activity import Activity
from tests.model.comparison import assert_store_is, shared_in
from tests.model.histories import crowd_histories
from tests.model.reference import Reference
from tests.model.scenes import NAMESPACE
from tests.support.concurrent_projectors import Stage, settle
from tests.support.memory_store import MemoryStore
from tests.support.thoroughness import part_of
from tests.unit.test_properties import SEEDS, examples, project

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(autouse=True, scope="module")
def _few_rivals() -> Iterator[None]:
    """Set the limit to two rivals, so that short histories often share identities."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "MAX_RIVALS", 2)
        yield


@settings(examples, max_examples=part_of(200, least=4))
@given(crowd_histories(6, 16), SEEDS)
def test_shared_identities_equal_the_model_for_any_interleaving(history: list[Activity], seed: int) -> None:
    store = MemoryStore()
    Stage(store, project, history, seed).apply()
    assert_store_is(store, Reference(NAMESPACE, history))


@settings(examples, max_examples=part_of(100, least=4))
@given(crowd_histories(6, 16))
def test_refolding_all_logs_changes_nothing(history: list[Activity]) -> None:
    store = MemoryStore()
    store.append(history)
    settle(store, project)
    before = shared_in(store)
    store.delete_profiles()
    settle(store, project)
    assert shared_in(store) == before
    assert_store_is(store, Reference(NAMESPACE, history))
