"""Customers of a shop and their actions, one at a time: log-ins, page views, purchases, and rows of files."""

from datetime import UTC, datetime
from typing import Any

from tests.bench.lifelike import page_view, track
from tests.bench.live_stage import LiveStage

FIRST = ("Solveig", "Jo", "Anneliese", "Kwame", "Mei", "Bartholomew", "Ida", "Xochitl", "Per", "Giulia")
LAST = (
    "Lindqvist",
    "Ng",
    "Oberhauser",
    "Asante",
    "Chen",
    "Featherstone",
    "Berg",
    "Hernández",
    "Dahl",
    "Neri",
)
CITIES = ("Bergen", "Aarhus", "Graz", "Accra", "Vigo")

Message = dict[str, Any]


def name_of(number: int) -> tuple[str, str]:
    """Return the first and the last name."""
    return FIRST[number % len(FIRST)], LAST[number * 7 % len(LAST)]


def log_in(stage: LiveStage, number: int) -> Message:
    """Build an `identify` with the usual traits of shops, on a page without a campaign."""
    first, last = name_of(number)
    traits = {
        "email": f"{first}.{last}.{number}@example.com".lower(),
        "firstName": first,
        "lastName": last,
        "city": CITIES[number % len(CITIES)],
        "plan": "gold",
    }
    message = track(browser_of(number), _now(stage), number)
    given = {name: value for name, value in message.items() if name not in ("event", "properties")}
    return _named(given, number, "log-in") | {"type": "identify", "traits": traits}


def anonymous_view(stage: LiveStage, number: int) -> Message:
    """Build a page view before the visitor has logged in."""
    return page_view(browser_of(number), _now(stage), number)


def view(stage: LiveStage, number: int) -> Message:
    """Build a page view of a customer who is logged in."""
    return _named(anonymous_view(stage, number), number, "view")


def purchase(stage: LiveStage, number: int, revenue: float = 40) -> Message:
    """Build an order of two products, paid in the browser."""
    order = f"{_now(stage):%Y%m%d%H%M}-{number}"
    properties = {"order_id": order, "revenue": revenue, "currency": "EUR", "quantity": 2, "coupon": "AUTUMN"}
    given = _named(track(browser_of(number), _now(stage), number), number, "order")
    return given | {"event": "Order Completed", "properties": properties}


def browser_of(number: int) -> str:
    """Return the anonymous id of the customer's browser."""
    return f"2b1c6f0e-9d9c-4b39-8f0b-{number:012d}"


def _named(message: Message, number: int, what: str) -> Message:
    return message | {"userId": f"u-{number:06d}", "messageId": f"{message['messageId']}-{what}"}


def _now(stage: LiveStage) -> datetime:
    return datetime.fromtimestamp(stage.clock.now / 1000, UTC)
