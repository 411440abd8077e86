"""Bounded folds: a profile keeps the same data for any order of messages, and never more than its limits."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from crm.domain.activity import from_record
from crm.domain.fold import fold_ranges
from crm.domain.fold_rules import Declarations, Declared, FoldRules
from crm.domain.left_out import left_out_of
from crm.domain.person import merged, values_of
from crm.domain.person_description import describe
from crm.domain.profile import ProfileState
from crm.domain.segments.ruleset import EMPTY_RULE_SET
from crm.domain.stamped import LeftOut
from crm.domain.stored_profile import dumps, loads
from crm.domain.times import MINUTE_MS
from crm.domain.trust import Rank
from crm.services.projection.projector import Projector
from tests.model.scenes import profile_id
from tests.support.memory_store import MemoryStore
from tests.support.ranked_messages import fold, ranked_message

OLD_FOLD = Path(__file__).parents[1] / "support/data/fold_of_one_register.json"


def test_the_same_names_are_kept_in_every_order_of_messages() -> None:
    log = [
        ranked_message(
            Rank.PUBLIC, number, number, properties={f"n{n}": n for n in range(number, number + 20)}
        )
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


def test_a_value_that_is_too_large_is_listed_until_a_smaller_one_follows() -> None:
    large, small = (
        ranked_message(Rank.PUBLIC, at, at, properties={"bio": text})
        for at, text in ((1, "x" * 600), (2, "short"))
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
        ranked_message(Rank.PUBLIC, at, at, properties={f"n{at}-{n}": "x" for n in range(40)})
        for at in range(5, 30)
    ]
    declared = ranked_message(Rank.PUBLIC, 1, 1, properties={"city": "Rome"})
    by_hand = ranked_message(
        Rank.BY_HAND, 2, 2, type="profile.edited", effects={"attributes": {"note": "y" * 2000}}
    )
    by_server = ranked_message(Rank.TRUSTED, 3, 3, properties={"plan": "pro"})
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
def test_an_attribute_of_a_lower_rank_is_not_folded(lowest: Rank, expected: str) -> None:
    log = [
        ranked_message(Rank.BY_HAND, 1, 1, type="profile.edited", effects={"attributes": {"plan": "staff"}}),
        ranked_message(Rank.TRUSTED, 2, 2, properties={"plan": "server"}),
        ranked_message(Rank.PUBLIC, 3, 3, properties={"plan": "web"}),
    ]
    state = fold(log, FoldRules({"plan": Declared(lowest)}))
    assert values_of(merged([state], "attributes")) == {"plan": expected}


def test_public_sources_set_declared_consents_only() -> None:
    preferences = {"email": False, "<b>" * 100: True, "newsletter": True, "processing": True}
    context = {"consent": {"categoryPreferences": preferences}}
    log = [ranked_message(Rank.PUBLIC, 1, 1, type="page", context=context)]
    assert set(fold(log, FoldRules()).consents) == {"email"}
    ask = FoldRules(consent_keys=frozenset({"newsletter"}), processing_by_pages=True)
    assert set(fold(log, ask).consents) == {"newsletter", "processing"}
    by_server = [ranked_message(Rank.TRUSTED, 1, 1, type="page", context=context)]
    assert set(fold(by_server, FoldRules()).part("consents", Rank.TRUSTED)) == {
        "email",
        "newsletter",
        "processing",
    }


def test_a_later_denial_of_any_rank_counts() -> None:
    granted = ranked_message(
        Rank.BY_HAND, 1, 1, type="consent.changed", effects={"consents": {"email": {"state": "granted"}}}
    )
    denied = ranked_message(
        Rank.PUBLIC, 2, 2, type="page", context={"consent": {"categoryPreferences": {"email": False}}}
    )
    for log in ([granted, denied], [denied, granted]):
        assert fold(log).consents["email"].value["state"] == "denied"


def test_the_technical_environment_is_bounded() -> None:
    state = fold(
        [
            ranked_message(
                Rank.PUBLIC, 1, 1, type="page", context={"environment": {"browser": "x" * 900, "evil": "y"}}
            )
        ]
    )
    assert state.environment
    assert state.environment.value == {"browser": "x" * 200}


def test_a_card_lists_what_is_left_out() -> None:
    state = fold(
        [ranked_message(Rank.PUBLIC, 1, 1, properties={f"n{n:02d}": n for n in range(33)} | {"n" * 101: 1})]
    )
    long, crowded = left_out_of([state])
    assert long == {
        "kind": "attribute",
        "reason": "name_too_long",
        "names": ["n" * 40 + "..."],
        "more": False,
    }
    assert (crowded["reason"], len(crowded["names"]), crowded["more"]) == ("too_many_names", 3, False)
    assert not set(crowded["names"]) & state.attributes.keys()


def test_declaring_an_attribute_outdates_profiles_that_left_values_out() -> None:
    crowded = fold([ranked_message(Rank.PUBLIC, 1, 1, properties={f"n{n:02d}": n for n in range(31)})])
    other = fold([ranked_message(Rank.PUBLIC, 1, 1, properties={"plan": 1})])
    crowded.rule_set = other.rule_set = 3
    assert Declarations(declared=4).outdate(crowded)
    assert not Declarations(declared=4).outdate(other)
    assert not Declarations(declared=3).outdate(crowded)


def test_tightening_an_attribute_outdates_profiles_that_have_it() -> None:
    has, has_not = (
        fold([ranked_message(Rank.PUBLIC, 1, 1, properties={name: 1})]) for name in ("plan", "city")
    )
    has.rule_set = has_not.rule_set = 3
    tightened = Declarations(tightened={"plan": 4})
    assert tightened.outdate(has)
    assert not tightened.outdate(has_not)
    assert Declarations(loosened=4).outdate(has_not)  # no profile stores refused values


def test_a_fold_of_the_previous_version_is_read_and_folded_again() -> None:
    stored = json.loads(OLD_FOLD.read_text())
    log = [from_record(*entry) for entry in stored["log"]]
    old = loads("p1", stored["doc"])
    described = describe([old])
    assert (described["attributes"]["first_name"], described["attributes"]["note"]) == ("Ada", "x" * 900)
    assert described["consents"]["ads"]["state"] == "granted"
    assert dumps(loads("p1", dumps(old))) == dumps(old)
    assert not EMPTY_RULE_SET.is_current(old)
    store = MemoryStore()
    store.append(log)
    id_ = profile_id(log[0].identities[0])
    store.keep(id_, 1, stored["doc"])
    Projector(store, profile_id).project(id_, [log[-1].original_at // MINUTE_MS])
    anew = store.profiles()[id_]
    assert anew.rules == EMPTY_RULE_SET.rules.version
    kept = describe([anew])
    assert set(kept["consents"]) == {"email", "sms"}
    assert kept["attributes"]["last_name"] == "Lovelace"
    assert kept["attributes"]["description"] == "d" * 1500
    assert len(kept["attributes"]) < len(described["attributes"])
    assert kept["totals"] == described["totals"]
    assert (kept["tags"], kept["classes"], kept["lists"]) == (["tag_1"], ["vip"], ["list_1"])
