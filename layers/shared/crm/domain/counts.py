"""The counts of a log, per day of the key: replaced, never incremented, so that nothing counts twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from crm.domain.activity import CONFLICT, Activity, is_own, is_system
from crm.domain.business_keys import (
    ONCE,
    ROLE_COMPLETED,
    ROLE_REFUNDED,
    BusinessKey,
    business_key_of,
    role_for_order,
)
from crm.domain.ledger.contributions import Contributions, contributions_of
from crm.domain.metrics.tables import Tables, merge_metrics, without
from crm.domain.order_properties import currency_in, order_amount, order_parts
from crm.domain.times import MINUTE_MS

if TYPE_CHECKING:
    from crm.domain.metrics.counting import Counting

ORDER_COMPLETED = "Order Completed"
DENSE = 200
"""Number of activities after which a day is cut at the next minute."""

DAY = 1440
"""Minutes of a day."""


_VIEWS = ("page", "screen")


@dataclass(slots=True)
class Counts:
    """The counts of a piece of a log. `activities` are the customer's own, `edits` those of others.

    `orders`, `refunds` and `revenue` are of events without a business key; those with one are in the ledger.
    `revenue`: exact sums per ISO 4217 currency; `""` where the order names none. `metrics`: the values that
    definitions require.
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
        """Return how many items of the log were counted."""
        return self.activities + self.conflicts + self.edits

    def add(
        self, activity: Activity, counting: "Counting | None" = None, of: BusinessKey | None = None
    ) -> None:
        """Count one more activity. `of`: the object of its event, which the ledger counts."""
        if counting is not None:
            counting.count(self.metrics, activity, by_name=of is None or of.role not in ONCE)
        if is_system(activity):
            self.conflicts += activity.type == CONFLICT
            return
        if not is_own(activity):
            self.edits += 1
            return
        self.activities += 1
        self.pages += activity.type in _VIEWS
        if activity.type == "track" and of is None:
            self._add_order(activity)

    def _add_order(self, activity: Activity) -> None:
        role = role_for_order(activity)
        if role == ROLE_REFUNDED:
            self.refunds += 1
        elif role == ROLE_COMPLETED:
            self.orders += 1
            currency = currency_in(order_parts(activity.properties))
            self.revenue[currency] = self.revenue.get(currency, Decimal()) + order_amount(activity.properties)

    def take(self, other: "Counts") -> None:
        """Add the counts of another piece of the log, without its metrics."""
        self.activities += other.activities
        self.pages += other.pages
        self.orders += other.orders
        self.refunds += other.refunds
        self.conflicts += other.conflicts
        self.edits += other.edits
        for currency, amount in other.revenue.items():
            self.revenue[currency] = self.revenue.get(currency, Decimal()) + amount

    def __add__(self, other: "Counts") -> "Counts":
        total = Counts(metrics=merge_metrics((self.metrics, other.metrics)))
        total.take(self)
        total.take(other)
        return total

    def without(self, other: "Counts") -> "Counts":
        """Subtract a piece of the log; metrics that are extremes stay unchanged."""
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


@dataclass(slots=True)
class Piece:
    """The counts of the minutes `start <= minute < end` (numbers since 1970, UTC) of one day, by the key.

    `contributions`: the contributions of its events to business objects, by their keys.
    """

    start: int
    end: int
    counts: Counts
    contributions: dict[str, Contributions] = field(default_factory=dict)

    @property
    def day(self) -> int:
        """Return the number of the UTC day."""
        return self.start // DAY

    def add(self, activity: Activity, counting: "Counting | None") -> None:
        """Count one more activity."""
        of = business_key_of(activity)
        self.counts.add(activity, counting, of)
        if of is None:
            return
        name, day, kept = counting.once(activity) if counting is not None else (None, 0, {})
        contributions = contributions_of(activity, of.role, name, day, kept)
        self.contributions[of.key] = (
            self.contributions[of.key] + contributions if of.key in self.contributions else contributions
        )


def whole(
    start: int, end: int, activities: Iterable[Activity], counting: "Counting | None" = None
) -> Iterator[tuple[Piece, Activity]]:
    """Count the activities of a range in one piece; yield it with each activity."""
    piece = Piece(start, end, Counts())
    for activity in activities:
        piece.add(activity, counting)
        yield piece, activity


def cut(
    start: int, end: int, activities: Iterable[Activity], counting: "Counting | None" = None
) -> Iterator[tuple[Piece, Activity]]:
    """Count the activities of a range, in the order of their keys; yield each with its piece.

    A dense day is cut into several pieces, so that the next event reads only the last of them again. That last one,
    cut again, stays the same.
    """
    piece, last = Piece(start, end, Counts()), start
    for activity in activities:
        minute = activity.original_at // MINUTE_MS
        if piece.counts.entries >= DENSE and minute > last:
            piece.end = minute
            piece = Piece(minute, end, Counts())
        piece.add(activity, counting)
        last = minute
        yield piece, activity
