"""Customers who are manually excluded from a segment are listed while the exclusion holds."""

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


def set_membership(world: Segmented, who: str, member: bool | None) -> None:
    path = f"profiles/{who}/segments/buyers"
    answer = ask(world, "DELETE", path) if member is None else ask(world, "PUT", path, {"member": member})
    assert answer.status in (200, 204), answer.body


def excluded(world: Segmented, **query: str) -> list[str]:
    page = ask(world, "GET", "segments/buyers/kept-out", query=query)
    assert page.status == 200, page.body
    return sorted(card["id"] for card in page.body["profiles"])


def test_excluded_customers_are_listed_until_the_exclusion_is_removed(world: Segmented) -> None:
    assert excluded(world) == []
    set_membership(world, ANA, False)
    set_membership(world, BEN, False)
    assert excluded(world) == sorted([ANA, BEN])
    set_membership(world, ANA, None)
    set_membership(world, BEN, True)
    assert excluded(world) == []


def test_excluded_customers_who_do_not_match_the_condition_are_listed(world: Segmented) -> None:
    world.shop.send("identify", userId="cem")
    set_membership(world, profile("user_id", "cem"), False)
    assert excluded(world) == [profile("user_id", "cem")]


def test_excluded_customers_are_listed_in_pages(world: Segmented) -> None:
    set_membership(world, ANA, False)
    set_membership(world, BEN, False)
    first = ask(world, "GET", "segments/buyers/kept-out", query={"limit": "1"}).body
    second = excluded(world, limit="1", cursor=first["next_cursor"])
    assert sorted([first["profiles"][0]["id"], *second]) == sorted([ANA, BEN])


def test_merged_customers_are_listed_once_and_deleted_and_erased_ones_are_not(world: Segmented) -> None:
    for user in ("cem", "dan"):
        world.shop.send("identify", userId=user)
    for who in (ANA, profile("user_id", "cem"), profile("user_id", "dan")):
        set_membership(world, who, False)
    assert ask(world, "POST", f"profiles/{BEN}/merge", {"profiles": [ANA]}).status == 200
    assert ask(world, "DELETE", f"profiles/{profile('user_id', 'cem')}").status == 204
    assert world.shop.erase(profile("user_id", "dan"))["state"] == "done"
    assert excluded(world) == [BEN]


def test_a_limited_key_lists_only_its_own_excluded_customers(world: Segmented) -> None:
    set_membership(world, ANA, False)
    set_membership(world, BEN, False)
    assert ask(world, "PUT", f"profiles/{BEN}/classes/north").status == 200
    world.shop.key = api_keys.create("north", ["admin"], classes=["north"], now=world.shop.clock.now)[1]
    assert excluded(world) == [BEN]


def test_an_unknown_segment_is_not_found(world: Segmented) -> None:
    assert ask(world, "GET", "segments/nothing/kept-out").status == 404
