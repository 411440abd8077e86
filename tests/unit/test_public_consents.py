"""Public statements about a consent against those of other ranks, in any order: never more than a request."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.fold import fold_all
from crm.domain.fold_rules import FoldRules
from crm.domain.person import consents_of
from crm.domain.profile import ProfileState
from crm.domain.stored_profile import dumps, loads
from crm.domain.trust import Rank
from tests.support.ranked_messages import ranked_message

PUBLIC, TRUSTED, BY_HAND = Rank


def page(at: int, given: bool, rank: Rank = PUBLIC) -> Activity:
    return ranked_message(
        rank, at, at, type="page", context={"consent": {"categoryPreferences": {"email": given}}}
    )


def form(at: int, state: str) -> Activity:
    return effect(PUBLIC, at, state, type="form")


def effect(rank: Rank, at: int, state: str, type: str = "consent.changed") -> Activity:
    return ranked_message(
        rank, at, at, type=type, effects={"consents": {"email": {"state": state, "proof": "Yes."}}}
    )


def state_after(log: list[Activity], rules: FoldRules) -> str:
    found = set()
    for order in permutations(log):
        members = [ProfileState(str(number)) for number in range(len(order))]
        for member, activity in zip(members, order, strict=True):
            fold_all(member, [activity], rules=rules)
        one = ProfileState("one")
        fold_all(one, sorted(order, key=lambda a: a.original_at), rules=rules)
        assert loads("one", dumps(one)).consents == one.consents
        found |= {str(consents_of(held)["email"].value["state"]) for held in ([one], members)}
    (state,) = found
    return state


OFF, ON = FoldRules(), FoldRules(double_opt_in=True)


@pytest.mark.parametrize(
    ("log", "off", "on"),
    [
        ([page(1, True)], "granted", "pending"),
        ([page(1, False), page(2, True)], "granted", "pending"),
        ([page(1, True, TRUSTED)], "granted", "granted"),
        ([form(1, "pending"), page(2, True)], "pending", "pending"),
        ([page(1, True), form(2, "pending")], "granted", "pending"),
        ([form(1, "pending"), page(2, False)], "denied", "denied"),
        ([form(1, "pending"), effect(TRUSTED, 2, "granted"), page(3, True)], "granted", "granted"),
        ([effect(TRUSTED, 1, "denied"), page(2, True)], "pending", "pending"),
        ([effect(TRUSTED, 1, "denied"), form(2, "granted")], "pending", "pending"),
        ([effect(BY_HAND, 1, "denied"), page(2, True)], "pending", "pending"),
        ([effect(TRUSTED, 1, "denied"), page(2, False), page(3, True)], "pending", "pending"),
        ([page(1, True), effect(TRUSTED, 2, "denied")], "denied", "denied"),
        ([effect(TRUSTED, 1, "denied"), page(2, True), effect(TRUSTED, 3, "granted")], "granted", "granted"),
        ([effect(TRUSTED, 1, "granted"), page(2, False)], "denied", "denied"),
        ([effect(TRUSTED, 1, "granted"), page(2, False), page(3, True)], "granted", "granted"),
        ([effect(TRUSTED, 1, "denied"), effect(BY_HAND, 2, "granted"), page(3, True)], "granted", "granted"),
    ],
)
def test_public_consents_are_pending_with_double_opt_in(log: list[Activity], off: str, on: str) -> None:
    assert state_after(log, OFF) == off
    assert state_after(log, ON) == on


def test_a_fold_of_the_previous_version_keeps_its_grants() -> None:
    granted: dict[str, Any] = {"state": "granted", "at": "2026-01-01T00:00:00.000Z", "source": "import"}
    old = loads("p", dumps_of(granted))
    assert consents_of([old])["email"].value["state"] == "granted"
    assert old.part("consents", TRUSTED).keys() == {"email"}


def dumps_of(consent: dict[str, Any]) -> str:
    return json.dumps({"V": "1", "c": {"email": [consent, 0]}, "s": [[1, "m"]]})
