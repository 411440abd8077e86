"""Customers who are kept out of a segment by hand are listed, for as long as the decision stands."""

from __future__ import annotations

import pytest

from crm.services.access import api_keys
from tests.support.segmented_shop import ANA, BEN, BOUGHT, Segmented, ask, made, shop_with_buyers
from tests.support.shop import Shop, profile


@pytest.fixture
def world(shop: Shop) -> Segmented:
    found = shop_with_buyers(shop)
    made(found, "segments", {"name": "Buyers", "condition": BOUGHT})
    found.shop.world.settle()
    return found


def decide(world: Segmented, who: str, member: bool | None) -> None:
    path = f"profiles/{who}/segments/buyers"
    answer = ask(world, "DELETE", path) if member is None else ask(world, "PUT", path, {"member": member})
    assert answer.status in (200, 204), answer.body


def kept_out(world: Segmented, **query: str) -> list[str]:
    page = ask(world, "GET", "segments/buyers/kept-out", query=query)
    assert page.status == 200, page.body
    return sorted(card["id"] for card in page.body["profiles"])


def test_they_are_listed_until_the_decision_is_taken_back(world: Segmented) -> None:
    assert kept_out(world) == []
    decide(world, ANA, False)
    decide(world, BEN, False)
    assert kept_out(world) == sorted([ANA, BEN])
    decide(world, ANA, None)
    decide(world, BEN, True)
    assert kept_out(world) == []


def test_those_who_would_not_be_in_it_anyway_are_listed_too(world: Segmented) -> None:
    world.shop.send("identify", userId="cem")
    decide(world, profile("user_id", "cem"), False)
    assert kept_out(world) == [profile("user_id", "cem")]


def test_pages_follow_one_another(world: Segmented) -> None:
    decide(world, ANA, False)
    decide(world, BEN, False)
    first = ask(world, "GET", "segments/buyers/kept-out", query={"limit": "1"}).body
    second = kept_out(world, limit="1", cursor=first["next_cursor"])
    assert sorted([first["profiles"][0]["id"], *second]) == sorted([ANA, BEN])


def test_a_merged_customer_is_listed_once_and_deleted_and_erased_ones_are_not(world: Segmented) -> None:
    for user in ("cem", "dan"):
        world.shop.send("identify", userId=user)
    for who in (ANA, profile("user_id", "cem"), profile("user_id", "dan")):
        decide(world, who, False)
    assert ask(world, "POST", f"profiles/{BEN}/merge", {"profiles": [ANA]}).status == 200
    assert ask(world, "DELETE", f"profiles/{profile('user_id', 'cem')}").status == 204
    assert world.shop.erase(profile("user_id", "dan"))["state"] == "done"
    assert kept_out(world) == [BEN]


def test_a_key_that_is_limited_to_a_class_sees_its_own(world: Segmented) -> None:
    decide(world, ANA, False)
    decide(world, BEN, False)
    assert ask(world, "PUT", f"profiles/{BEN}/classes/north").status == 200
    world.shop.key = api_keys.create("north", ["admin"], classes=["north"], now=world.shop.clock.now)[1]
    assert kept_out(world) == [BEN]


def test_a_segment_that_does_not_exist_is_not_found(world: Segmented) -> None:
    assert ask(world, "GET", "segments/nothing/kept-out").status == 404
