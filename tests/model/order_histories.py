"""Random activities about a few orders: repeated, late, in any order, from browsers, servers and staff."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from crm.domain.activity import Activity
from crm.domain.identity import Identity
from tests.model.scenes import ANA, ANA_MAIL, DAY, LAPTOP, MINUTE, START

_SOURCES = (("web", "shop"), ("web", "shop"), ("mobile", "app"), ("server", "backend"), ("server", "key:1"))
_AMOUNTS = (1, 2.5, "10", 12, 30, 99.99)
_ORDER_IDS = ("1", "1", "1", "2", "2", "3", 4, "#5", "unknown")
_ONE_DAY = (0, 1, MINUTE, 2 * MINUTE, 3 * MINUTE, 4 * MINUTE + 1, 5 * MINUTE, 6 * MINUTE, 7 * MINUTE)
_DAYS = (0, 1, MINUTE, 3 * MINUTE, 4 * MINUTE + 1, DAY, DAY + MINUTE, 20 * DAY, 100 * DAY)
_SKEWS = (0, 0, 0, 1, -MINUTE, 2 * DAY)
_NAMES = (
    *("Order Completed",) * 6,
    *("Order Refunded",) * 4,
    "purchase",
    "Order Updated",
    "Order Updated",
    "Order Cancelled",
    "Booking Confirmed",
    "Booking Cancelled",
)
_LOGS: tuple[tuple[Identity, ...], ...] = ((ANA,), (ANA,), (LAPTOP,), (LAPTOP,), (ANA_MAIL,))
_JOINS: tuple[tuple[Identity, ...], ...] = ((ANA, LAPTOP), (ANA, ANA_MAIL), (ANA_MAIL, LAPTOP))


def order_history(rng: Random) -> list[Activity]:
    """Build activities in order of arrival, some of them twice, of one person in up to three logs, or of several."""
    given = [_event(rng, number) for number in range(rng.randint(2, 22))]
    given += [_join(rng, number) for number in range(rng.randrange(4))]
    if rng.random() < 0.3:
        given = [_on_one_day(rng, one) for one in given]
    copies = [replace(one, received_at=one.received_at + 5) for one in given if rng.random() < 0.15]
    rng.shuffle(arrived := [*given, *copies])
    return arrived


def _on_one_day(rng: Random, one: Activity) -> Activity:
    at = START + rng.choice(_ONE_DAY)
    return replace(one, original_at=at, occurred_at=at, received_at=at)


def _join(rng: Random, number: int) -> Activity:
    """Build an activity that links or unlinks two logs manually."""
    identities = rng.choice(_JOINS)
    event = _activity(rng, f"join{number}", "identify", None, {}, identities)
    if rng.random() < 0.6:
        return event
    links = [[*identities[1], rng.random() < 0.5]]
    by_hand = replace(event, type="profile.merged", identities=identities[:1], effects={"links": links})
    return replace(by_hand, occurred_at=event.original_at, source_kind="server", source_id="key:1")


def _event(rng: Random, number: int) -> Activity:
    name = rng.choice(_NAMES)
    properties = _properties(rng, name)
    message_id = f"m{number}" if rng.random() < 0.8 else f"m{rng.randrange(3)}"
    return _activity(rng, message_id, "track", name, properties, rng.choice(_LOGS))


def _properties(rng: Random, name: str) -> dict[str, Any]:
    key = {"purchase": "transaction_id"}.get(name, rng.choice(("order_id", "order_id", "orderId")))
    given: dict[str, Any] = {"booking_id" if name.startswith("Booking") else key: rng.choice(_ORDER_IDS)}
    if rng.random() < 0.1:
        given = {}
    if name.endswith(("Cancelled", "Updated")) and rng.random() < 0.5:
        return given
    if name == "Order Refunded" and rng.random() < 0.25:
        return given
    amounts = rng.sample(("revenue", "total", "value"), rng.randint(1, 2))
    money: dict[str, Any] = {amount: rng.choice(_AMOUNTS) for amount in amounts}
    if rng.random() < 0.6:
        money["currency"] = rng.choice(("EUR", "eur", "USD", "?"))
    if rng.random() < 0.1:
        return given | {"ecommerce": money}
    if rng.random() < 0.1:
        money = {name if name == "currency" else name.title(): money[name] for name in money}
    return given | money


def _activity(
    rng: Random,
    message_id: str,
    type_: str,
    name: str | None,
    properties: dict[str, Any],
    identities: tuple[Identity, ...],
) -> Activity:
    kind, source = rng.choice(_SOURCES)
    original = START + rng.choice(_DAYS)
    occurred = original + rng.choice(_SKEWS)
    return Activity(
        message_id=message_id,
        type=type_,
        name=name,
        original_at=original,
        occurred_at=occurred,
        received_at=occurred + rng.choice((0, 1, DAY)),
        source_id=source,
        source_kind=kind,
        identities=identities,
        properties=properties,
        context={},
    )
