"""The profiles equal the reference model, for any order, repetition, batching and interleaving."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain import counts
from crm.domain.activity import Activity
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.fold import fold_all, fold_ranges, ranges_to_read
from crm.domain.fold_rules import FoldRules
from crm.domain.identity import Identity
from crm.domain.ledger import book
from crm.domain.ledger.book import Ledger
from crm.domain.ledger.orders import orders_of
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import EMPTY_RULE_SET
from crm.services.projection import fold_log
from crm.services.projection.projector import Projector
from tests.model.comparison import assert_store_is, shown
from tests.model.histories import HISTORIES, ONE_PERSON, ORDER_HISTORIES, histories
from tests.model.reference import Reference
from tests.model.scenes import ANA, LAPTOP, MINUTE, NAMESPACE, activity, profile_id
from tests.support.concurrent_projectors import Stage, settle
from tests.support.daily_counts import counted_days
from tests.support.memory_store import MemoryStore, do_nothing
from tests.support.thoroughness import part_of

examples = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


pytestmark = pytest.mark.timeout(600)


FEW_INLINE = FoldRules(inline_bytes=12)
"""At most one past block is inline, so that short histories have pages."""


@pytest.fixture(autouse=True, scope="module")
def _soon() -> Iterator[None]:
    """Set small limits, so that all cases occur often.

    Days are split after two activities, a save changes two pages, and one order is inline.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "DENSE", 2)
        patch.setattr(fold_log, "MAX_PAGES", 2)
        patch.setattr(book, "INLINE", 1)
        yield


SEEDS = st.integers(0, 1 << 32)


def project(store: MemoryStore, id_: str, minutes: Collection[int] | None) -> None:
    rule_set = replace(EMPTY_RULE_SET, rules=FEW_INLINE)
    Projector(store, profile_id, rule_set=lambda _version: rule_set).project(id_, minutes)


def store_of(history: Iterable[Activity], batch: int = 1000) -> MemoryStore:
    store = MemoryStore()
    for arrived in history:
        store.append([arrived])
        if len(store.stream_changes) >= batch:
            settle(store, project, batch)
    settle(store, project, batch)
    return store


@settings(examples, max_examples=part_of(400, one_in=60))
@given(HISTORIES, st.integers(1, 40))
def test_profiles_equal_the_model_in_any_order_and_batching(history: list[Activity], batch: int) -> None:
    assert_store_is(store_of(history, batch), Reference(NAMESPACE, history))


@settings(examples, max_examples=part_of(600, one_in=60))
@given(ORDER_HISTORIES, st.integers(1, 40))
def test_order_ledgers_equal_the_model_in_any_order(history: list[Activity], batch: int) -> None:
    assert_store_is(store_of(history, batch), Reference(NAMESPACE, history))


@settings(examples, max_examples=part_of(300, one_in=60))
@given(HISTORIES | ORDER_HISTORIES, SEEDS)
def test_profiles_equal_the_model_with_crashes_and_conflicts(history: list[Activity], seed: int) -> None:
    store = MemoryStore(rng=Random(seed))
    Stage(store, project, history, seed).apply()
    assert_store_is(store, Reference(NAMESPACE, history))


@settings(examples, max_examples=part_of(150, least=4))
@given(HISTORIES | ORDER_HISTORIES, st.integers(1, 40))
def test_refolding_all_logs_changes_nothing(history: list[Activity], batch: int) -> None:
    store = store_of(history, batch)
    before = shown(store)
    for id_ in store.profiles():
        project(store, id_, None)
    assert shown(store) == before
    store.delete_profiles()
    settle(store, project)
    assert shown(store) == before
    assert_store_is(store, Reference(NAMESPACE, history))


@settings(examples, max_examples=part_of(150, least=4))
@given(HISTORIES | ORDER_HISTORIES)
def test_a_repeated_stream_record_writes_nothing(history: list[Activity]) -> None:
    store = store_of(history)
    versions = {id_: state.version for id_, state in store.profiles().items()}
    for repeated in history:
        project(store, profile_id(repeated.identities[0]), [repeated.original_at // MINUTE])
    assert {id_: state.version for id_, state in store.profiles().items()} == versions


@settings(examples, max_examples=part_of(700, one_in=60))
@given(histories(ONE_PERSON, 1, 24), SEEDS)
def test_folding_in_pieces_equals_one_fold(history: list[Activity], seed: int) -> None:
    log = [a for a in Reference(NAMESPACE, history).stored() if a.identities[0] == history[0].identities[0]]
    whole, pieces = ProfileState("p"), ProfileState("p")
    fold_all(whole, log, rules=FEW_INLINE)
    minutes = [a.original_at // MINUTE for a in log] * 2
    Random(seed).shuffle(minutes)
    for at in range(0, len(minutes), 3):
        _fold_minutes(pieces, minutes[at : at + 3], log)
    assert _without_counts(pieces) == _without_counts(whole)
    assert {order.key: order for order in orders_of([pieces])} == {o.key: o for o in orders_of([whole])}
    assert pieces.counts == whole.counts
    assert counted_days(pieces.daily) == counted_days(whole.daily)


def _without_counts(state: ProfileState) -> ProfileState:
    return replace(state, daily=DailyCounts(), ledger=Ledger())


def _fold_minutes(state: ProfileState, minutes: list[int], log: list[Activity]) -> None:
    def read(start: int, end: int) -> list[Activity]:
        return [a for a in log if start <= a.original_at // MINUTE < end]

    fold_ranges(state, ranges_to_read(state, minutes), read, rules=FEW_INLINE)


def test_a_card_of_outdated_members_is_not_written() -> None:
    early, late = (activity(minute, LAPTOP, message_id="m", client_minute=1) for minute in (5, 9))
    history = [activity(1, ANA, LAPTOP), activity(6, ANA), late, early]
    store = store_of(history[:2])
    store.append([late])
    saves: list[str] = []

    def overtake(operation: str) -> None:
        saves.extend([operation] if operation == "save" else [])
        if saves == ["save", "save"]:  # the member is saved; now its canonical profile would be
            store.hook = do_nothing
            store.append([early])
            settle(store, project)

    store.hook = overtake
    project(store, profile_id(LAPTOP), [late.original_at // MINUTE])
    assert saves == ["save", "save"]
    assert_store_is(store, Reference(NAMESPACE, history))


def test_a_person_with_more_than_a_hundred_browsers_equals_the_model() -> None:
    history = [
        activity(n % 70, ANA, Identity("anonymous_id", f"b{n}"), message_id=str(n)) for n in range(130)
    ]
    for order in (history, history[::-1]):
        assert_store_is(store_of(order, batch=25), Reference(NAMESPACE, order))
