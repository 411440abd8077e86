"""Folds within bounds: whatever is sent, in whatever order, a profile keeps the same, and never more than it may."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain import fold_rules
from crm.domain.activity import Activity, from_record
from crm.domain.card import describe, merged, values_of
from crm.domain.fold import fold_all, fold_ranges, ranges_to_read
from crm.domain.fold_rules import Budget, Declarations, FoldRules
from crm.domain.left_out import left_out_of
from crm.domain.profile import LeftOut, ProfileState
from crm.domain.segments.catalogue import EMPTY
from crm.domain.stored_profile import dumps, loads
from crm.domain.times import MINUTE_MS
from crm.domain.trust import Rank
from crm.services.projecting.project import Projector
from tests.activities import NOON, activity, user
from tests.fakes import MemoryStore
from tests.model import bounds
from tests.model.comparison import assert_store_is
from tests.model.reference import Reference
from tests.model.scenes import ANA, ANA_MAIL, NAMESPACE, profile_id
from tests.thoroughness import part_of
from tests.turns import settle

OLD_FOLD = Path(__file__).parents[1] / "data/fold_of_one_register.json"
SENDERS = {
    Rank.PUBLIC: ("src_1", "web"),
    Rank.TRUSTED: ("src_2", "server"),
    Rank.BY_HAND: ("key:1", "server"),
}
RULES = FoldRules(
    {"city": Rank.PUBLIC, "vip": Rank.TRUSTED, "score": Rank.BY_HAND},
    consent_keys=frozenset({"email", "sms"}),
    key=b"secret",
)
SAME_RULES = bounds.Rules({"city": 0, "vip": 1, "score": 2}, frozenset({"email", "sms"}), key=b"secret")
SMALL: dict[str, list[tuple[str, int | None, int | None]]] = {
    "attributes": [("public", 2, 12), ("trusted", 1, 12), ("by hand", 2, None)],
    "groups": [("public", 1, 12), ("trusted", 2, 20), ("trusted", 2, 20)],
    "consents": [("all", 2, None)] * 3,
    "tags": [("sent", 2, None), ("sent", 2, None), ("by hand", None, None)],
}
_RANKS = {
    "public": Rank.PUBLIC,
    "sent": Rank.PUBLIC,
    "all": Rank.PUBLIC,
    "trusted": Rank.TRUSTED,
    "by hand": Rank.BY_HAND,
}


@pytest.fixture(scope="module")
def _small_budgets() -> Iterator[None]:
    """Budgets that a few messages fill already."""
    with pytest.MonkeyPatch.context() as patch:
        for register, limits in SMALL.items():
            budgets = tuple(Budget(_RANKS[name], *limit) for name, *limit in limits)
            patch.setitem(fold_rules.BUDGETS, register, budgets)  # type: ignore[arg-type]
            patch.setitem(bounds.LIMITS, register, limits)
        yield


def said(rank: Rank, at: int, number: int, **more: Any) -> Activity:
    source_id, source_kind = SENDERS[rank]
    made = activity(user("u1"), at=NOON + at, message_id=f"m{number}", **{"type": "identify"} | more)
    return replace(made, source_id=source_id, source_kind=source_kind)


NAMES = ("city", "vip", "score", "a", "b", "c", "d", "e", "n" * 101)
VALUES = (None, "x", "y", "z" * 90, 7)
KEYS = ("email", "sms", "processing", "post", "fax", "pigeon", "telex")
TAGS = ("t1", "t2", "t3", "t4")


def _words(names: Sequence[str], values: Sequence[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), st.sampled_from(values), min_size=1, max_size=4)


_SAID = st.one_of(
    st.builds(lambda values: {"properties": values}, _words(NAMES, VALUES)),
    st.builds(
        lambda name, value: {"type": "group", "name": name, "properties": {"p": value}},
        st.sampled_from("ghij"),
        st.sampled_from(("1", "z" * 90)),
    ),
    st.builds(
        lambda said: {"type": "page", "context": {"consent": {"categoryPreferences": said}}},
        _words(KEYS, (True, False)),
    ),
    st.builds(
        lambda tags, values: {"type": "form", "effects": {"tags": tags, "attributes": values}},
        _words(TAGS, (True, None)),
        _words(NAMES, VALUES),
    ),
    st.builds(
        lambda keys: {"type": "form", "effects": {"consents": {key: {"state": "granted"} for key in keys}}},
        st.sets(st.sampled_from(KEYS), min_size=1, max_size=3),
    ),
)
LOGS = st.lists(
    st.tuples(st.sampled_from(list(Rank)), st.integers(0, 5), _SAID), min_size=1, max_size=14
).map(lambda drawn: [said(rank, at, number, **more) for number, (rank, at, more) in enumerate(drawn)])

examples = settings(deadline=None, derandomize=True, database=None, max_examples=part_of(600))


def fold(log: Sequence[Activity], rules: FoldRules = RULES) -> ProfileState:
    state = ProfileState("p")
    fold_all(state, sorted(log, key=lambda one: (one.original_at, one.message_id)), rules=rules)
    return state


@pytest.mark.usefixtures("_small_budgets")
@examples
@given(LOGS, st.integers(0, 1 << 32))
def test_piece_by_piece_in_any_order_is_all_at_once(log: list[Activity], seed: int) -> None:
    whole, pieces = fold(log), ProfileState("p")
    minutes = [one.original_at // MINUTE_MS for one in log] * 2
    Random(seed).shuffle(minutes)
    for minute in minutes:
        shuffled = Random(seed + minute).sample(log, len(log))

        def read(start: int, end: int, said: list[Activity] = shuffled) -> list[Activity]:
            return [one for one in said if start <= one.original_at // MINUTE_MS < end]

        fold_ranges(pieces, ranges_to_read(pieces, [minute]), read, rules=RULES)
    assert replace(pieces, slices=[]) == replace(whole, slices=[])
    assert loads("p", dumps(whole)) == whole


@pytest.mark.usefixtures("_small_budgets")
@examples
@given(LOGS, st.lists(st.booleans(), min_size=14, max_size=14), st.integers(1, 20))
def test_profiles_are_those_of_the_model(log: list[Activity], mails: list[bool], batch: int) -> None:
    """Some of it is said under an email that belongs to the same person: bounds are those of each log."""
    log = [
        replace(one, identities=(ANA_MAIL,) if mail else (ANA,))
        for one, mail in zip(log, mails, strict=False)
    ]
    log.append(activity(ANA, ANA_MAIL, at=NOON - 1, type="page", message_id="both"))
    store = MemoryStore()
    catalogue = replace(EMPTY, rules=RULES)

    def project(store: MemoryStore, id_: str, minutes: Any) -> None:
        Projector(store, profile_id, catalogue=lambda _: catalogue).project(id_, minutes)

    for one in log:
        store.append([one])
        if len(store.doorbells) >= batch:
            settle(store, project, batch)
    settle(store, project, batch)
    assert_store_is(store, Reference(NAMESPACE, log, SAME_RULES))


def test_every_order_of_one_set_of_messages_keeps_the_same_names() -> None:
    log = [
        said(Rank.PUBLIC, number, number, properties={f"n{n}": n for n in range(number, number + 20)})
        for number in range(0, 60, 12)
    ]
    states = []
    for order in permutations(log):
        state = ProfileState("p")
        for one in order:
            fold_ranges(
                state,
                [(one.original_at // MINUTE_MS, one.original_at // MINUTE_MS + 1)],
                lambda *_, one=one: [one],
            )
        states.append((state.attributes, state.left_out))
    assert len(states[0][0]) == 30
    assert all(state == states[0] for state in states)


def test_a_large_value_hides_no_later_one_and_is_listed() -> None:
    large, small = (
        said(Rank.PUBLIC, at, at, properties={"bio": text}) for at, text in ((1, "x" * 600), (2, "short"))
    )
    state = fold([large])
    assert isinstance(state.attributes["bio"], LeftOut)
    assert values_of(merged([state], "attributes")) == {}
    assert left_out_of([state]) == [
        {"kind": "attribute", "reason": "value_too_large", "names": ["bio"], "more": False}
    ]
    assert values_of(merged([fold([large, small])], "attributes")) == {"bio": "short"}
    assert left_out_of([fold([large, small])]) == []


def test_declared_and_hand_set_values_are_never_displaced() -> None:
    junk = [
        said(Rank.PUBLIC, at, at, properties={f"n{at}-{n}": "x" for n in range(40)}) for at in range(5, 30)
    ]
    declared = said(Rank.PUBLIC, 1, 1, properties={"city": "Rome"})
    by_hand = said(Rank.BY_HAND, 2, 2, type="profile.edited", effects={"attributes": {"note": "y" * 2000}})
    by_server = said(Rank.TRUSTED, 3, 3, properties={"plan": "pro"})
    values = values_of(merged([fold([*junk, declared, by_hand, by_server])], "attributes"))
    assert {name: values[name] for name in ("city", "note", "plan")} == {
        "city": "Rome",
        "note": "y" * 2000,
        "plan": "pro",
    }
    assert len(values) == 33


@pytest.mark.parametrize(
    ("lowest", "expected"), [(Rank.PUBLIC, "web"), (Rank.TRUSTED, "server"), (Rank.BY_HAND, "staff")]
)
def test_what_a_lower_rank_says_of_an_attribute_is_not_folded(lowest: Rank, expected: str) -> None:
    log = [
        said(Rank.BY_HAND, 1, 1, type="profile.edited", effects={"attributes": {"plan": "staff"}}),
        said(Rank.TRUSTED, 2, 2, properties={"plan": "server"}),
        said(Rank.PUBLIC, 3, 3, properties={"plan": "web"}),
    ]
    state = fold(log, FoldRules({"plan": lowest}))
    assert values_of(merged([state], "attributes")) == {"plan": expected}


def test_public_code_speaks_of_declared_consents_only() -> None:
    said_by_page = {"email": False, "<b>" * 100: True, "newsletter": True, "processing": True}
    context = {"consent": {"categoryPreferences": said_by_page}}
    log = [said(Rank.PUBLIC, 1, 1, type="page", context=context)]
    assert set(fold(log, FoldRules()).consents) == {"email"}
    ask = FoldRules(consent_keys=frozenset({"newsletter"}), processing_by_pages=True)
    assert set(fold(log, ask).consents) == {"newsletter", "processing"}
    by_server = [said(Rank.TRUSTED, 1, 1, type="page", context=context)]
    assert set(fold(by_server, FoldRules()).consents) == {"email", "newsletter", "processing"}


def test_a_later_denial_of_any_rank_counts() -> None:
    granted = said(
        Rank.BY_HAND, 1, 1, type="consent.changed", effects={"consents": {"email": {"state": "granted"}}}
    )
    denied = said(
        Rank.PUBLIC, 2, 2, type="page", context={"consent": {"categoryPreferences": {"email": False}}}
    )
    for log in ([granted, denied], [denied, granted]):
        assert fold(log).consents["email"].value["state"] == "denied"


def test_the_technical_environment_is_bounded() -> None:
    state = fold(
        [said(Rank.PUBLIC, 1, 1, type="page", context={"environment": {"browser": "x" * 900, "evil": "y"}})]
    )
    assert state.environment
    assert state.environment.value == {"browser": "x" * 200}


def test_a_card_says_what_is_left_out() -> None:
    state = fold([said(Rank.PUBLIC, 1, 1, properties={f"n{n:02d}": n for n in range(33)} | {"n" * 101: 1})])
    long, crowded = left_out_of([state])
    assert long == {
        "kind": "attribute",
        "reason": "name_too_long",
        "names": ["n" * 40 + "..."],
        "more": False,
    }
    assert (crowded["reason"], len(crowded["names"]), crowded["more"]) == ("too_many_names", 3, False)
    assert not set(crowded["names"]) & state.attributes.keys()


def test_declaring_an_attribute_concerns_those_who_left_something_out() -> None:
    crowded = fold([said(Rank.PUBLIC, 1, 1, properties={f"n{n:02d}": n for n in range(31)})])
    other = fold([said(Rank.PUBLIC, 1, 1, properties={"plan": 1})])
    crowded.catalogue = other.catalogue = 3
    assert Declarations(declared=4).outdate(crowded)
    assert not Declarations(declared=4).outdate(other)
    assert not Declarations(declared=3).outdate(crowded)


def test_who_may_set_an_attribute_concerns_those_who_have_it() -> None:
    has, has_not = (fold([said(Rank.PUBLIC, 1, 1, properties={name: 1})]) for name in ("plan", "city"))
    has.catalogue = has_not.catalogue = 3
    tightened = Declarations(tightened={"plan": 4})
    assert tightened.outdate(has)
    assert not tightened.outdate(has_not)
    assert Declarations(loosened=4).outdate(has_not)  # nobody knows what was said in vain


def test_a_fold_of_the_version_before_is_read_and_folded_anew_when_it_is_met() -> None:
    stored = json.loads(OLD_FOLD.read_text())
    log = [from_record(*entry) for entry in stored["log"]]
    old = loads("p1", stored["doc"])
    described = describe([old])
    assert (described["attributes"]["city"], described["attributes"]["note"]) == ("Rome", "x" * 900)
    assert described["consents"]["ads"]["state"] == "granted"
    assert dumps(loads("p1", dumps(old))) == dumps(old)
    assert not EMPTY.is_current(old)
    store = MemoryStore()
    store.append(log)
    id_ = profile_id(log[0].identities[0])
    store.keep(id_, 1, stored["doc"])
    Projector(store, profile_id).project(id_, [log[-1].original_at // MINUTE_MS])
    anew = store.profiles()[id_]
    assert anew.rules == EMPTY.rules.version
    kept = describe([anew])
    assert set(kept["consents"]) == {"email", "sms"}
    assert kept["attributes"]["last_name"] == "Lovelace"
    assert kept["attributes"]["description"] == "d" * 1500
    assert len(kept["attributes"]) < len(described["attributes"])
    assert kept["totals"] == described["totals"]
    assert (kept["tags"], kept["classes"], kept["lists"]) == (["tag_1"], ["vip"], ["list_1"])
