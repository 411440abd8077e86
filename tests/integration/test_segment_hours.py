"""Segments and values over hours."""

from __future__ import annotations

import pytest

from tests.support.segmented_shop import ANA, BEN, BOUGHT, Segmented, ask, made, shop_with_buyers
from tests.support.shop import Shop


@pytest.fixture
def world(shop: Shop) -> Segmented:
    return shop_with_buyers(shop)


def test_windows_of_hours_are_evaluated_by_the_minute(world: Segmented) -> None:
    recent = world.make("Now", BOUGHT | {"window": {"within": {"hours": 2}}})
    quiet = world.make(
        "Quiet", {"type": "never", "event": "Order Completed", "window": {"within": {"hours": 2}}}
    )
    assert (world.of(recent), world.of(quiet)) == ({ANA, BEN}, set())
    world.later(minutes=90)
    world.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    world.later(minutes=31)
    assert (world.of(recent), world.of(quiet)) == ({BEN}, {ANA})
    explanation = ask(world, "GET", f"profiles/{BEN}/segments/Now/explain").body
    assert (explanation["holds"], explanation["tree"]["evidence"]["value"]) == (True, 1)
    assert explanation["tree"]["evidence"]["or_more"] is True
    (event,) = explanation["tree"]["evidence"]["events"]
    assert explanation["tree"]["evidence"]["since"] < event["at"] < explanation["next_change"]
    world.later(minutes=89)
    assert (world.of(recent), world.of(quiet)) == (set(), {ANA, BEN})


def test_aggregates_over_hours_are_current(world: Segmented) -> None:
    made(
        world,
        "aggregates",
        {"name": "lately", "event": "Order Completed", "window": {"within": {"hours": 3}}},
    )
    world.shop.world.settle()
    world.later(minutes=1)
    shown = ask(world, "GET", f"profiles/{ANA}").body["aggregates"]
    world.later(minutes=180)
    assert (shown["lately"], ask(world, "GET", f"profiles/{ANA}").body["aggregates"]["lately"]) == (2, 0)
    often = {"type": "value", "aggregate": "lately", "operator": "at_least", "value": 1}
    created = made(world, "segments", {"name": "Often", "condition": often})
    world.later(minutes=1)
    assert world.of(created["id"]) == set()
    world.shop.send("track", userId="ben", event="Order Completed", properties={"total": 5})
    world.later(minutes=1)
    assert world.of(created["id"]) == {BEN}
    world.later(minutes=179)
    assert world.of(created["id"]) == set()
