"""Segments and values over hours."""

from __future__ import annotations

from tests.support.segmented_shop import ANA, BEN, BOUGHT, Segmented, ask, made


def test_windows_of_hours_are_evaluated_by_the_minute(shop_of_buyers: Segmented) -> None:
    recent = shop_of_buyers.make("Now", BOUGHT | {"window": {"within": {"hours": 2}}})
    quiet = shop_of_buyers.make(
        "Quiet", {"type": "never", "event": "Order Completed", "window": {"within": {"hours": 2}}}
    )
    assert (shop_of_buyers.of(recent), shop_of_buyers.of(quiet)) == ({ANA, BEN}, set())
    shop_of_buyers.later(minutes=90)
    shop_of_buyers.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    shop_of_buyers.later(minutes=31)
    assert (shop_of_buyers.of(recent), shop_of_buyers.of(quiet)) == ({BEN}, {ANA})
    explanation = ask(shop_of_buyers, "GET", f"profiles/{BEN}/segments/Now/explain").body
    assert (explanation["holds"], explanation["tree"]["evidence"]["value"]) == (True, 1)
    assert explanation["tree"]["evidence"]["or_more"] is True
    (event,) = explanation["tree"]["evidence"]["events"]
    assert explanation["tree"]["evidence"]["since"] < event["at"] < explanation["next_change"]
    shop_of_buyers.later(minutes=89)
    assert (shop_of_buyers.of(recent), shop_of_buyers.of(quiet)) == (set(), {ANA, BEN})


def test_aggregates_over_hours_are_current(shop_of_buyers: Segmented) -> None:
    made(
        shop_of_buyers,
        "aggregates",
        {"name": "lately", "event": "Order Completed", "window": {"within": {"hours": 3}}},
    )
    shop_of_buyers.shop.world.settle()
    shop_of_buyers.later(minutes=1)
    shown = ask(shop_of_buyers, "GET", f"profiles/{ANA}").body["aggregates"]
    shop_of_buyers.later(minutes=180)
    assert (shown["lately"], ask(shop_of_buyers, "GET", f"profiles/{ANA}").body["aggregates"]["lately"]) == (
        2,
        0,
    )
    often = {"type": "value", "aggregate": "lately", "operator": "at_least", "value": 1}
    created = made(shop_of_buyers, "segments", {"name": "Often", "condition": often})
    shop_of_buyers.later(minutes=1)
    assert shop_of_buyers.of(created["id"]) == set()
    shop_of_buyers.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    shop_of_buyers.later(minutes=1)
    assert shop_of_buyers.of(created["id"]) == {BEN}
    shop_of_buyers.later(minutes=179)
    assert shop_of_buyers.of(created["id"]) == set()
