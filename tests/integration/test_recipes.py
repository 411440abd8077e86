"""The recipes of docs/segments.md find the customers of their titles, among the customers that are defined here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm.domain.conditions.random_share import draw_of
from crm.domain.times import HOUR_MS, iso
from tests.support.segmented_shop import Segmented
from tests.support.shop import Shop, profile

PAGE = Path(__file__).parents[2] / "docs" / "segments.md"
RECIPE = re.compile(r"^\*\*(\d+)\. (.+?)\.\*\*.*?^```json\n(.*?)^```", re.DOTALL | re.MULTILINE)
RECIPES = {int(number): (title, json.loads(text)) for number, title, text in RECIPE.findall(PAGE.read_text())}
DAY = 24

PastEvent = tuple[float, str, dict[str, Any]]
"""The hours since an event, the type of the message, and its fields."""


def order(days: float, revenue: float, *products: tuple[str, float], **more: Any) -> PastEvent:
    sold = [{"category": category, "price": price} for category, price in products]
    properties = {"revenue": revenue, "order_id": f"o{days}-{revenue}", "products": sold, **more}
    return days * DAY, "track", {"event": "Order Completed", "properties": properties}


def tracked(hours: float, event: str) -> PastEvent:
    return hours, "track", {"event": event}


def page(hours: float, name: str) -> PastEvent:
    return hours, "page", {"name": name}


def known(days: float, **traits: str) -> PastEvent:
    return days * DAY, "identify", {"traits": traits}


def mail(days: float, *, granted: bool) -> PastEvent:
    consent = {"consent": {"categoryPreferences": {"email": granted}}}
    return days * DAY, "identify", {"traits": {}, "context": consent}


HISTORIES: dict[str, list[PastEvent]] = {
    "loyal": [
        mail(300, granted=True),
        known(300, birthday="1990-11-25"),
        order(300, 80),
        order(200, 120, ("shoes", 120)),
        order(100, 150),
        order(20, 200),
        tracked(10 * DAY, "Email Opened"),
    ],
    "lapsed": [
        mail(350, granted=True),
        order(350, 100, ("shoes", 20), ("coats", 150)),
        order(250, 100),
        order(150, 120),
        mail(5, granted=False),
    ],
    "once": [mail(45, granted=True), order(45, 60)],
    "cart": [mail(0.25, granted=True), tracked(5, "Product Added")],
    "bought": [tracked(6, "Product Added"), order(4 / DAY, 40)],
    "looker": [*(tracked(hours, "Product Viewed") for hours in (70, 40, 3)), known(9, birthday="1988-12-24")],
    "reader": [mail(200, granted=True)],
    "broad": [
        order(60, 40, ("books", 10), ("Toys", 30), coupon="SPRING"),
        order(50, 50, ("toys", 20), ("garden", 30), coupon="SUMMER"),
    ],
    "mixed": [order(59, 10, coupon="SPRING"), order(58, 10, coupon="SPRING"), order(57, 10)],
    "trial": [known(4, trial_ends="2026-11-24")],
    "hot": [known(30), page(1.5, "Pricing"), page(0.5, "Pricing")],
    "served": [known(31), page(1.4, "Pricing"), page(0.4, "Pricing"), tracked(0.3, "Demo Requested")],
    "tagged": [mail(20, granted=True)],
}

SUBSCRIBED = {"loyal", "once", "cart", "reader", "tagged"}
FOUND: dict[int, set[str]] = {
    1: {"lapsed"},
    2: {"cart"},
    3: {"looker"},
    4: {"bought"},
    5: {"once"},
    6: {"loyal"},
    7: {"loyal"},
    8: {"lapsed"},
    9: {"loyal"},
    10: SUBSCRIBED - {"loyal", "once"},
    11: {"lapsed"},
    12: {"reader"},
    13: SUBSCRIBED - {"tagged"},
    14: {"loyal"},
    15: {"broad"},
    16: {"broad"},
    18: {"trial", "cart", "bought"},
    19: {"trial"},
    20: {"hot"},
}


@pytest.fixture
def world(shop: Shop) -> Segmented:
    """Create the customers with their events, and the definitions of the recipes."""
    world = Segmented(shop)
    now = shop.clock.now
    done(shop, "attributes", {"name": "trial_ends", "type": "date"})
    done(shop, "tags", {"name": "do not contact"})
    lives = sorted(_histories(), key=lambda one: one[0], reverse=True)
    for number, (hours, user, kind, fields) in enumerate(lives):
        shop.clock.now = now - int(hours * HOUR_MS)
        at = iso(shop.clock.now)
        sent = {"messageId": f"m{number}", "timestamp": at, "sentAt": at, "userId": user}
        assert shop.post(kind, sent | fields).status == 200
    shop.clock.now = now
    tagged = shop.ask("PUT", f"profiles/{profile('user_id', 'tagged')}/tags/do not contact")
    assert tagged.status < 300, tagged.body
    done(
        shop,
        "aggregates",
        {"name": "revenue", "event": "Order Completed", "function": "sum", "property": "revenue"},
    )
    done(shop, "segments", {"name": "Win back", "condition": RECIPES[1][1]})
    return world


def _histories() -> Iterator[tuple[float, str, str, dict[str, Any]]]:
    for user, history in HISTORIES.items():
        for hours, kind, fields in history:
            yield hours, user, kind, fields


def done(shop: Shop, path: str, body: dict[str, Any]) -> None:
    answer = shop.ask("POST", path, body)
    assert answer.status < 300, answer.body


def test_every_recipe_finds_its_customers(world: Segmented) -> None:
    users = {profile("user_id", user): user for user in HISTORIES}
    draws = {user: draw_of("subject line", id_) for id_, user in users.items()}
    expected = FOUND | {17: {user for user in SUBSCRIBED if draws[user] < 5_000}}
    for number, (title, condition) in RECIPES.items():
        found = world.of(world.make(f"{number}. {title}", condition))
        assert {users[id_] for id_ in found} == expected[number], title


def test_all_twenty_recipes_are_tested() -> None:
    assert list(RECIPES) == list(range(1, 21))
