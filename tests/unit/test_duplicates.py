"""Evidence that two profiles are one person."""

from typing import Any

import pytest

from crm.domain.claims import IdentityLink
from crm.domain.counts import Counts
from crm.domain.daily.daily_counts import DailyCounts
from crm.domain.duplicates import (
    are_marked_distinct,
    completeness,
    facts_of,
    is_similar,
    reasons,
    score,
    similar_beginnings,
)
from crm.domain.identity import Identity
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from tests.support.activities import NOON, email, user
from tests.support.cards import card_with


def found(one: dict[str, Any], other: dict[str, Any], *shared: str) -> list[str]:
    return reasons(facts_of(card_with(**one)), facts_of(card_with(**other)), shared)


def test_reasons_are_sorted_by_strength_and_several_score_higher() -> None:
    one = {"name": "Ada Lovelace", "zip": "W1 0AA", "email": "lovelace@a.example", "phone": "+4930123456"}
    other = {"name": "ada  LOVELACE", "zip": "w1-0aa", "email": "lovelace@b.example", "phone": "+4930123456"}
    together = found(one, other, "anonymous_id")
    assert together == ["same_name_and_zip", "same_phone", "similar_email", "same_browser"]
    assert score(["same_name"]) < score(["same_name_and_zip"]) < score(together) < 1
    assert score([]) == 0


def test_a_name_alone_scores_less_than_with_a_zip() -> None:
    assert found({"name": "Ada"}, {"name": "Ada"}) == ["same_name"]
    assert found({"name": "Ada", "zip": "1"}, {"name": "Ada", "zip": "2"}) == ["same_name"]
    assert found({"zip": "1"}, {"zip": "1"}) == []
    assert found({}, {}) == []


def test_shared_identities_are_reasons_by_their_type() -> None:
    assert found({}, {}, "phone", "email", "loyalty_card", "anonymous_id") == [
        "same_email",
        "same_phone",
        "same_loyalty_card",
        "same_browser",
    ]


def test_the_same_email_is_not_a_similar_email_too() -> None:
    assert found({"email": "Ada@example.com"}, {"email": "ada@example.com"}) == ["same_email"]
    both = facts_of(card_with(email="ada@example.com"), ["ada@example.org"])
    assert reasons(both, facts_of(card_with(email="ada@example.org")), ()) == ["same_email"]


@pytest.mark.parametrize(
    "other",
    [
        "adalovelace@example.com",
        "a.da.lovelace@example.com",
        "ada.lovelace+shop@example.com",
        "ada.lovelace@example.org",
        "ada.lovelase@example.com",
        "ada.lovelac@example.com",
    ],
)
def test_similar_emails_are_recognised(other: str) -> None:
    assert is_similar("ada.lovelace@example.com", other)
    assert is_similar(other, "ada.lovelace@example.com")


def test_similar_emails_are_looked_up_by_their_prefixes() -> None:
    assert similar_beginnings("ada.lovelace+shop@example.com") == ["ada.lovelace", "adalovelace", "ada"]
    assert similar_beginnings("ada@example.com") == ["ada"]
    assert similar_beginnings("+@example.com") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("info@example.com", "info@example.org"),
        ("ada@example.com", "ada@example.org"),
        ("ada.lovelace@example.com", "bob.lovelace@example.com"),
        ("ada.lovelace@example.com", "ada.lovelase@example.org"),
        ("ada@example.com", "ida@example.com"),
    ],
)
def test_emails_of_different_people_are_not_similar(one: str, other: str) -> None:
    assert not is_similar(one, other)


def profile(*, orders: int = 0, created: int = NOON, **attributes: Any) -> ProfileState:
    state = ProfileState("p", user("u"), first_seen=created)
    state.attributes = {name: Stamped(value, (1, "m")) for name, value in attributes.items()}
    state.daily = DailyCounts(closed=Counts(orders=orders))
    return state


def test_completeness_ranks_by_attributes_then_orders_then_age() -> None:
    in_order = [
        profile(created=NOON + 1, shoe_size=44, city="", name=None),
        profile(created=NOON),
        profile(orders=1),
        profile(first_name="Ada"),
    ]
    assert sorted(in_order, key=lambda state: completeness([state])) == in_order


def test_profiles_unlinked_by_hand_stay_separate_until_merged_again() -> None:
    one, other = ProfileState("1", user("u")), ProfileState("2", email("e@example.com"))
    assert not are_marked_distinct([one], [other])
    one.links[Identity("email", "e@example.com")] = IdentityLink(linked=False, stamp=(2, "m"))
    assert are_marked_distinct([one], [other])
    assert are_marked_distinct([other], [one])
    one.links[Identity("email", "e@example.com")] = IdentityLink(linked=True, stamp=(3, "m"))
    assert not are_marked_distinct([one], [other])
