"""Segments by sequences, such as a cart without an order after it."""

from __future__ import annotations

from typing import Any

from crm.domain.times import iso
from tests.support.segmented_shop import ANA, BEN, ORDER, Segmented, ask

AFTER = {"type": "sequence", "first": {"event": "Product Added"}}


def test_a_cart_without_an_order_is_abandoned_until_the_order(shop_of_buyers: Segmented) -> None:
    """After an hour without an order Ana is in both, and Ben, who ordered in time, in none; a later order ends one."""
    within = {"within": {"hours": 1}}
    abandoned = shop_of_buyers.make(
        "Abandoned", AFTER | {"then_not": ORDER | within, "window": {"within_days": 7}}
    )
    open_carts = shop_of_buyers.make("Open", AFTER | {"then_not": ORDER, "window": {"hours_ago": [1, 48]}})
    for user in ("ana", "ben"):
        shop_of_buyers.shop.send("track", userId=user, event="Product Added", properties={"sku": "a1"})
    shop_of_buyers.later(minutes=50)
    shop_of_buyers.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    assert (shop_of_buyers.of(abandoned), shop_of_buyers.of(open_carts)) == (set(), set())
    shop_of_buyers.later(minutes=9)
    assert (shop_of_buyers.of(abandoned), shop_of_buyers.of(open_carts)) == ({ANA}, {ANA})
    explanation = ask(shop_of_buyers, "GET", f"profiles/{ANA}/segments/Open/explain").body
    assert explanation["tree"]["evidence"]["events"][0]["name"] == "Product Added"
    assert explanation["tree"]["evidence"]["at"] <= explanation["at"] < explanation["next_change"]
    shop_of_buyers.later(minutes=60)
    shop_of_buyers.shop.send("track", userId="ana", event="Order Completed", properties={"total": 5})
    shop_of_buyers.later(minutes=1)
    assert (shop_of_buyers.of(abandoned), shop_of_buyers.of(open_carts)) == ({ANA}, set())
    assert (shop_of_buyers.entered(abandoned), shop_of_buyers.entered(open_carts)) == ({ANA}, set())
    shop_of_buyers.later(days=7)
    assert shop_of_buyers.of(abandoned) == set()


def test_a_late_order_removes_the_customer_from_abandoned_carts(shop_of_buyers: Segmented) -> None:
    abandoned = shop_of_buyers.make("Abandoned", AFTER | {"then_not": ORDER | {"within": {"hours": 1}}})
    begun = shop_of_buyers.shop.clock.now
    shop_of_buyers.shop.send("track", userId="ben", event="Product Added", timestamp=iso(begun))
    shop_of_buyers.later(minutes=61)
    assert shop_of_buyers.of(abandoned) == {BEN}
    shop_of_buyers.shop.send(
        "track", userId="ben", event="Order Completed", timestamp=iso(begun + 30 * 60_000)
    )
    shop_of_buyers.later(minutes=1)
    assert shop_of_buyers.of(abandoned) == set()


def test_a_cancelled_order_does_not_complete_the_sequence(shop_of_buyers: Segmented) -> None:
    open_carts = shop_of_buyers.make("Open", AFTER | {"then_not": ORDER})
    quick = shop_of_buyers.make("Quick", AFTER | {"then": ORDER, "within": {"hours": 2}})
    shop_of_buyers.shop.send("track", userId="ben", event="Product Added")
    order = {"order_id": "B-7", "total": 5}
    shop_of_buyers.shop.send("track", userId="ben", event="Order Completed", properties=order)
    assert (shop_of_buyers.of(open_carts), shop_of_buyers.of(quick)) == (set(), {BEN})
    shop_of_buyers.shop.send("track", userId="ben", event="Order Cancelled", properties=order)
    assert (shop_of_buyers.of(open_carts), shop_of_buyers.of(quick)) == ({BEN}, set())


def test_a_preview_has_the_cost_of_a_sequence(shop_of_buyers: Segmented) -> None:
    def cost(**given: Any) -> int:
        condition = {"type": "sequence", "first": {"event": "Product Added"}, **given}
        body = ask(shop_of_buyers, "POST", "segments/preview", {"condition": condition}).body
        return int(body["cost"]["bytes_per_active_day"])

    assert cost(then_not=ORDER) == cost(then=ORDER, within_days=7) == 24
    assert cost(then=ORDER, within={"hours": 2}) == 850
    assert cost(then=ORDER, without=[{"event": "Cart Emptied"}]) == 3 * 425
    steps = [{"event": f"Step {n}"} for n in range(5)]
    barred = [{"event": f"Other {n}"} for n in range(5)]
    answer = ask(
        shop_of_buyers,
        "POST",
        "segments",
        {"name": "Dear", "condition": {"type": "sequence", "steps": steps, "without": barred}},
    )
    assert (answer.status, answer.body["code"]) == (400, "definitions_too_costly")
    assert answer.body["details"]["bytes_per_active_day"] == 4_250
