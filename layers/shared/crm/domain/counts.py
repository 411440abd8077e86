"""What is counted of a log, per day of the key: replaced, never incremented, so that nothing counts twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm.domain.activity import CONFLICT, Activity, is_own, is_system
from crm.domain.amounts import amount_of
from crm.domain.currencies import CURRENCIES
from crm.domain.metrics.tables import Tables, merged, without
from crm.domain.times import MINUTE_MS

if TYPE_CHECKING:
    from crm.domain.metrics.counting import Counting

ORDER_COMPLETED = "Order Completed"
ORDER_REFUNDED = "Order Refunded"
DENSE = 200
"""Activities after which a day is cut at the next minute."""

DAY = 1440
"""Minutes of a day."""


_VIEWS = ("page", "screen")


@dataclass(slots=True)
class Counts:
    """`activities` are the customer's own, `edits` what others did to the profile.

    `revenue`: exact sums per ISO 4217 currency; `""` where the order named none. `metrics`: what definitions ask for.
    """

    activities: int = 0
    pages: int = 0
    orders: int = 0
    refunds: int = 0
    conflicts: int = 0
    revenue: dict[str, Decimal] = field(default_factory=dict)
    edits: int = 0
    metrics: Tables = field(default_factory=dict)

    @property
    def entries(self) -> int:
        """How many items of the log were counted."""
        return self.activities + self.conflicts + self.edits

    def add(self, activity: Activity, counting: "Counting | None" = None) -> None:
        """Count one more activity."""
        if counting is not None:
            counting.count(self.metrics, activity)
        if is_system(activity):
            self.conflicts += activity.type == CONFLICT
            return
        if not is_own(activity):
            self.edits += 1
            return
        self.activities += 1
        self.pages += activity.type in _VIEWS
        if activity.type == "track":
            self._add_order(activity)

    def _add_order(self, activity: Activity) -> None:
        self.refunds += activity.name == ORDER_REFUNDED
        if activity.name == ORDER_COMPLETED:
            self.orders += 1
            currency = currency_of(activity.properties)
            self.revenue[currency] = self.revenue.get(currency, Decimal()) + order_amount(activity.properties)

    def take(self, other: "Counts") -> None:
        """Add what another piece of the log counted, but for its metrics."""
        self.activities += other.activities
        self.pages += other.pages
        self.orders += other.orders
        self.refunds += other.refunds
        self.conflicts += other.conflicts
        self.edits += other.edits
        for currency, amount in other.revenue.items():
            self.revenue[currency] = self.revenue.get(currency, Decimal()) + amount

    def __add__(self, other: "Counts") -> "Counts":
        total = Counts(metrics=merged((self.metrics, other.metrics)))
        total.take(self)
        total.take(other)
        return total

    def without(self, other: "Counts") -> "Counts":
        """What is left when a piece of the log is taken away; metrics that are extremes stay as they are."""
        left = Counts(metrics=without(self.metrics, other.metrics))
        left.take(self)
        left.activities -= other.activities
        left.pages -= other.pages
        left.orders -= other.orders
        left.refunds -= other.refunds
        left.conflicts -= other.conflicts
        left.edits -= other.edits
        for currency, amount in other.revenue.items():
            left.revenue[currency] -= amount
        return left


def order_amount(properties: dict[str, Any]) -> Decimal:
    """Of an `Order Completed`: `revenue`, else `total`, else `value` (Segment's e-commerce spec), else 0."""
    for name in ("revenue", "total", "value"):
        if name in properties and (amount := amount_of(properties[name])) is not None:
            return amount
    return Decimal()


def currency_of(properties: dict[str, Any]) -> str:
    """Upper-case ISO 4217 code; an empty text for anything else, so that nobody can make up more of them."""
    currency = properties.get("currency")
    if not isinstance(currency, str):
        return ""
    code = currency.strip().upper()
    return code if code in CURRENCIES else ""


@dataclass(slots=True)
class Piece:
    """The counts of what is keyed on the minutes `start <= minute < end` (numbers since 1970, UTC) of one day."""

    start: int
    end: int
    counts: Counts

    @property
    def day(self) -> int:
        return self.start // DAY


def whole(
    start: int, end: int, activities: Iterable[Activity], counting: "Counting | None" = None
) -> Iterator[tuple[Piece, Activity]]:
    """Each activity of a range, counted, with the one piece of the range."""
    piece = Piece(start, end, Counts())
    for activity in activities:
        piece.counts.add(activity, counting)
        yield piece, activity


def cut(
    start: int, end: int, activities: Iterable[Activity], counting: "Counting | None" = None
) -> Iterator[tuple[Piece, Activity]]:
    """Each activity of a range, counted, with the piece it is in. They come in the order of their keys.

    Where a day is dense it is cut into several pieces, so that the next event reads only the last of them again.
    That last one, cut again, stays as it is.
    """
    piece, last = Piece(start, end, Counts()), start
    for activity in activities:
        minute = activity.original_at // MINUTE_MS
        if piece.counts.entries >= DENSE and minute > last:
            piece.end = minute
            piece = Piece(minute, end, Counts())
        piece.counts.add(activity, counting)
        last = minute
        yield piece, activity
