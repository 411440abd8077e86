"""A profile keeps the data of the reference model, for any order of messages from any sources."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain import fold_rules
from crm.domain.activity import Activity
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.fold import fold_ranges, ranges_to_read
from crm.domain.fold_rules import Budget
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import EMPTY_RULE_SET
from crm.domain.stored_profile import dumps, loads
from crm.domain.times import MINUTE_MS
from crm.domain.trust import Rank
from crm.services.projection.projector import Projector
from tests.model import bounds
from tests.model.comparison import assert_store_is
from tests.model.reference import Reference
from tests.model.scenes import ANA, ANA_MAIL, NAMESPACE, profile_id
from tests.support.activities import NOON, activity
from tests.support.concurrent_projectors import settle
from tests.support.memory_store import MemoryStore
from tests.support.ranked_messages import RULES, fold, ranked_message
from tests.support.thoroughness import part_of

SAME_RULES = bounds.Rules({"city": 0, "vip": 1, "score": 2}, frozenset({"email", "sms"}), key=b"secret")
SMALL: dict[str, list[tuple[str, int | None, int | None]]] = {
    "attributes": [("public", 2, 12), ("trusted", 1, 12), ("by hand", 2, None)],
    "groups": [("public", 1, 12), ("trusted", 2, 20), ("trusted", 2, 20)],
    "consents": [("public", 2, None), ("trusted", 3, None), ("trusted", 3, None)],
    "tags": [("sent", 2, None), ("sent", 2, None), ("by hand", None, None)],
}
_RANKS = {
    "public": Rank.PUBLIC,
    "sent": Rank.PUBLIC,
    "trusted": Rank.TRUSTED,
    "by hand": Rank.BY_HAND,
}


@pytest.fixture(autouse=True, scope="module")
def _small_budgets() -> Iterator[None]:
    """Set budgets that a few messages fill."""
    with pytest.MonkeyPatch.context() as patch:
        for register, limits in SMALL.items():
            budgets = tuple(Budget(_RANKS[name], *limit) for name, *limit in limits)
            patch.setitem(fold_rules.BUDGETS, register, budgets)
            patch.setitem(bounds.LIMITS, register, limits)
        yield


NAMES = ("city", "vip", "score", "a", "b", "c", "d", "e", "n" * 101)
VALUES = (None, "x", "y", "z" * 90, 7)
KEYS = ("email", "sms", "processing", "post", "fax", "pigeon", "telex")
TAGS = ("t1", "t2", "t3", "t4")


def _values_by_name(names: Sequence[str], values: Sequence[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), st.sampled_from(values), min_size=1, max_size=4)


_STATEMENTS = st.one_of(
    st.builds(lambda values: {"properties": values}, _values_by_name(NAMES, VALUES)),
    st.builds(
        lambda name, value: {"type": "group", "name": name, "properties": {"p": value}},
        st.sampled_from("ghij"),
        st.sampled_from(("1", "z" * 90)),
    ),
    st.builds(
        lambda ranked_message: {
            "type": "page",
            "context": {"consent": {"categoryPreferences": ranked_message}},
        },
        _values_by_name(KEYS, (True, False)),
    ),
    st.builds(
        lambda tags, values: {"type": "form", "effects": {"tags": tags, "attributes": values}},
        _values_by_name(TAGS, (True, None)),
        _values_by_name(NAMES, VALUES),
    ),
    st.builds(
        lambda keys: {"type": "form", "effects": {"consents": {key: {"state": "granted"} for key in keys}}},
        st.sets(st.sampled_from(KEYS), min_size=1, max_size=3),
    ),
)
LOGS = st.lists(
    st.tuples(st.sampled_from(list(Rank)), st.integers(0, 5), _STATEMENTS), min_size=1, max_size=14
).map(
    lambda drawn: [ranked_message(rank, at, number, **more) for number, (rank, at, more) in enumerate(drawn)]
)

examples = settings(deadline=None, derandomize=True, database=None, max_examples=part_of(600, least=4))


@examples
@given(LOGS, st.integers(0, 1 << 32))
def test_folding_in_pieces_and_in_any_order_equals_one_fold(log: list[Activity], seed: int) -> None:
    whole, pieces = fold(log), ProfileState("p")
    minutes = [one.original_at // MINUTE_MS for one in log] * 2
    Random(seed).shuffle(minutes)
    for minute in minutes:
        shuffled = Random(seed + minute).sample(log, len(log))

        def read(start: int, end: int, ranked_message: list[Activity] = shuffled) -> list[Activity]:
            return [one for one in ranked_message if start <= one.original_at // MINUTE_MS < end]

        fold_ranges(pieces, ranges_to_read(pieces, [minute]), read, rules=RULES)
    assert replace(pieces, daily=DailyCounts()) == replace(whole, daily=DailyCounts())
    assert loads("p", dumps(whole)) == whole


@examples
@given(LOGS, st.lists(st.booleans(), min_size=14, max_size=14), st.integers(1, 20))
def test_bounded_profiles_equal_the_reference_model(
    log: list[Activity], mails: list[bool], batch: int
) -> None:
    """Some messages are in the log of the person's email, since the bounds are those of each log."""
    log = [
        replace(one, identities=(ANA_MAIL,) if mail else (ANA,))
        for one, mail in zip(log, mails, strict=False)
    ]
    log.append(activity(ANA, ANA_MAIL, at=NOON - 1, type="page", message_id="both"))
    store = MemoryStore()
    rule_set = replace(EMPTY_RULE_SET, rules=RULES)

    def project(store: MemoryStore, id_: str, minutes: Any) -> None:
        Projector(store, profile_id, rule_set=lambda _: rule_set).project(id_, minutes)

    for one in log:
        store.append([one])
        if len(store.stream_changes) >= batch:
            settle(store, project, batch)
    settle(store, project, batch)
    assert_store_is(store, Reference(NAMESPACE, log, SAME_RULES))
