"""Segments by sequences, such as a cart without an order after it."""

from __future__ import annotations

from typing import Any

import pytest

from crm.domain.times import iso
from tests.support.segmented_shop import ANA, BEN, ORDER, Segmented, ask, shop_with_buyers
from tests.support.shop import Shop

AFTER = {"type": "sequence", "first": {"event": "Product Added"}}


@pytest.fixture
def world(shop: Shop) -> Segmented:
    return shop_with_buyers(shop)


def test_a_cart_without_an_order_is_abandoned_until_the_order(world: Segmented) -> None:
    """After an hour without an order Ana is in both, and Ben, who ordered in time, in none; a later order ends one."""
    within = {"within": {"hours": 1}}
    abandoned = world.make("Abandoned", AFTER | {"then_not": ORDER | within, "window": {"within_days": 7}})
    open_carts = world.make("Open", AFTER | {"then_not": ORDER, "window": {"hours_ago": [1, 48]}})
    for user in ("ana", "ben"):
        world.shop.send("track", userId=user, event="Product Added", properties={"sku": "a1"})
    world.later(minutes=50)
    world.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    assert (world.of(abandoned), world.of(open_carts)) == (set(), set())
    world.later(minutes=9)
    assert (world.of(abandoned), world.of(open_carts)) == ({ANA}, {ANA})
    explanation = ask(world, "GET", f"profiles/{ANA}/segments/Open/explain").body
    assert explanation["tree"]["evidence"]["events"][0]["name"] == "Product Added"
    assert explanation["tree"]["evidence"]["at"] <= explanation["at"] < explanation["next_change"]
    world.later(minutes=60)
    world.shop.send("track", userId="ana", event="Order Completed", properties={"total": 5})
    world.later(minutes=1)
    assert (world.of(abandoned), world.of(open_carts)) == ({ANA}, set())
    assert (world.entered(abandoned), world.entered(open_carts)) == ({ANA}, set())
    world.later(days=7)
    assert world.of(abandoned) == set()


def test_a_late_order_removes_the_customer_from_abandoned_carts(world: Segmented) -> None:
    abandoned = world.make("Abandoned", AFTER | {"then_not": ORDER | {"within": {"hours": 1}}})
    begun = world.shop.clock.now
    world.shop.send("track", userId="ben", event="Product Added", timestamp=iso(begun))
    world.later(minutes=61)
    assert world.of(abandoned) == {BEN}
    world.shop.send("track", userId="ben", event="Order Completed", timestamp=iso(begun + 30 * 60_000))
    world.later(minutes=1)
    assert world.of(abandoned) == set()


def test_a_cancelled_order_does_not_complete_the_sequence(world: Segmented) -> None:
    open_carts = world.make("Open", AFTER | {"then_not": ORDER})
    quick = world.make("Quick", AFTER | {"then": ORDER, "within": {"hours": 2}})
    world.shop.send("track", userId="ben", event="Product Added")
    order = {"order_id": "B-7", "total": 5}
    world.shop.send("track", userId="ben", event="Order Completed", properties=order)
    assert (world.of(open_carts), world.of(quick)) == (set(), {BEN})
    world.shop.send("track", userId="ben", event="Order Cancelled", properties=order)
    assert (world.of(open_carts), world.of(quick)) == ({BEN}, set())


def test_a_preview_has_the_cost_of_a_sequence(world: Segmented) -> None:
    def cost(**given: Any) -> int:
        condition = {"type": "sequence", "first": {"event": "Product Added"}, **given}
        body = ask(world, "POST", "segments/preview", {"condition": condition}).body
        return int(body["cost"]["bytes_per_active_day"])

    assert cost(then_not=ORDER) == cost(then=ORDER, within_days=7) == 24
    assert cost(then=ORDER, within={"hours": 2}) == 850
    assert cost(then=ORDER, without=[{"event": "Cart Emptied"}]) == 3 * 425
    steps = [{"event": f"Step {n}"} for n in range(5)]
    barred = [{"event": f"Other {n}"} for n in range(5)]
    answer = ask(
        world,
        "POST",
        "segments",
        {"name": "Dear", "condition": {"type": "sequence", "steps": steps, "without": barred}},
    )
    assert (answer.status, answer.body["code"]) == (400, "definitions_too_costly")
    assert answer.body["details"]["bytes_per_active_day"] == 4_250
