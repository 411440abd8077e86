"""The orders of a customer, read naively from the timeline, one for each order id."""

from __future__ import annotations

from typing import Any

from tests.walk.deployment import ORDERED
from tests.walk.picture import Customer

REFUNDED, CANCELLED = "Order Refunded", "Order Cancelled"
TOTALS = (12, 3)
"""The totals of the orders with an id, by their number."""

REFUND = 1
Json = dict[str, Any]


def events(who: Customer, name: str) -> list[Json]:
    """Return the entries with a name; of completed orders, those that count."""
    return completed(who) if name == ORDERED else _named(who, name)


def completed(who: Customer) -> list[Json]:
    """Return the completion that counts of each order that was not cancelled."""
    found = [entry for entry in _named(who, ORDERED) if _order(entry) is None]
    for order, given in _by_order(who).items():
        rank = max(map(_rank, given))
        if not any(_rank(entry) >= rank for entry in _about(who, CANCELLED, order)):
            best = [entry for entry in given if _rank(entry) == rank]
            found.append(min(best, key=lambda entry: str(entry["occurred_at"])))
    return found


def revenue(who: Customer) -> float:
    """Return the revenue after refunds."""
    return sum(_net(who, entry) for entry in completed(who))


def _net(who: Customer, entry: Json) -> float:
    order, total = _order(entry), float(entry["properties"]["total"])
    if order is None:
        return total
    refunds = _about(who, REFUNDED, order)
    best = max(map(_rank, refunds), default=-1)
    counting = sum(_rank(refund) == best >= _rank(entry) for refund in refunds)
    return total - min(total, REFUND * counting)


def _named(who: Customer, name: str) -> list[Json]:
    return [entry for entry in who.timeline if (entry["type"], entry["name"]) == ("track", name)]


def _about(who: Customer, name: str, order: str) -> list[Json]:
    return [entry for entry in _named(who, name) if _order(entry) == order]


def _by_order(who: Customer) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for entry in _named(who, ORDERED):
        if order := _order(entry):
            found.setdefault(order, []).append(entry)
    return found


def _order(entry: Json) -> str | None:
    order: str | None = entry["properties"].get("order_id")
    return order


def _rank(entry: Json) -> int:
    return int(entry["properties"]["by"] == "server")
