"""The CDNOW purchase log as events: 69,659 real purchases of 23,544 customers, with the expected profiles."""

import gzip
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

LOG = Path(__file__).parents[3] / "shared/data/cdnow.txt.gz"
"""The file is beside the repository, not in it."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of the log. `amount` in dollars."""

    line: int
    customer: str
    day: str
    items: int
    amount: Decimal

    @property
    def user_id(self) -> str:
        return f"cdnow-{self.customer}"

    def message(self) -> dict[str, Any]:
        """Return the purchase as an `Order Completed`, at noon UTC of its day."""
        return {
            "type": "track",
            "event": "Order Completed",
            "userId": self.user_id,
            "messageId": f"cdnow-{self.line}",
            "timestamp": f"{self.day[:4]}-{self.day[4:6]}-{self.day[6:]}T12:00:00.000Z",
            "properties": {
                "order_id": f"order-{self.line}",
                "revenue": float(self.amount),
                "currency": "USD",
                "quantity": self.items,
            },
        }


@dataclass(slots=True)
class Expected:
    """The expected values of a customer's profile."""

    orders: int = 0
    revenue: Decimal = Decimal()


def read_purchases(customers: int | None = None) -> list[Purchase]:
    """Return the purchases in the order of the file, of all customers or only of the first ones."""
    lines = _lines()
    wanted = set(sorted({customer for customer, *_ in lines})[:customers])
    return [
        Purchase(number, customer, day, int(items), Decimal(amount))
        for number, (customer, day, items, amount) in enumerate(lines, 1)
        if customer in wanted
    ]


@cache
def _lines() -> list[list[str]]:
    with gzip.open(LOG, "rt", encoding="ascii") as file:
        return [line.split() for line in file]


def expectations(purchases: Iterable[Purchase]) -> dict[str, Expected]:
    """Return orders and revenue by user id, added up from the file."""
    expected: dict[str, Expected] = defaultdict(Expected)
    for purchase in purchases:
        of_customer = expected[purchase.user_id]
        of_customer.orders += 1
        of_customer.revenue += purchase.amount
    return dict(expected)


def requests_of(purchases: Sequence[Purchase], size: int) -> Iterator[list[dict[str, Any]]]:
    """Split the log into requests of a number of events."""
    for start in range(0, len(purchases), size):
        yield [purchase.message() for purchase in purchases[start : start + size]]


def shuffled(purchases: Sequence[Purchase], seed: int = 1) -> list[Purchase]:
    """Return the log in another order, which is always the same."""
    return random.Random(seed).sample(purchases, len(purchases))
