"""What is counted of a log, per slice of time: replaced, never incremented, so that nothing counts twice."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm.domain.activity import CONFLICT, Activity, is_own, is_system
from crm.domain.amounts import amount_of
from crm.domain.metrics.tables import Tables, merged
from crm.domain.times import MINUTE_MS

if TYPE_CHECKING:
    from crm.domain.metrics.counting import Counting

ORDER_COMPLETED = "Order Completed"
ORDER_REFUNDED = "Order Refunded"
MAX_SLICES = 6
DENSE = 200
"""Activities after which a slice is cut at the next minute."""

DAY = 1440
"""Minutes of a day, the length of a slice at first."""


_VIEWS = ("page", "screen")
_CURRENCY_LENGTH = 3


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

    def __add__(self, other: "Counts") -> "Counts":
        currencies = self.revenue.keys() | other.revenue.keys()
        return Counts(
            self.activities + other.activities,
            self.pages + other.pages,
            self.orders + other.orders,
            self.refunds + other.refunds,
            self.conflicts + other.conflicts,
            {c: self.revenue.get(c, Decimal()) + other.revenue.get(c, Decimal()) for c in currencies},
            self.edits + other.edits,
            merged((self.metrics, other.metrics)),
        )


def order_amount(properties: dict[str, Any]) -> Decimal:
    """Of an `Order Completed`: `revenue`, else `total`, else `value` (Segment's e-commerce spec), else 0."""
    amounts = (amount_of(properties.get(name)) for name in ("revenue", "total", "value"))
    return next((amount for amount in amounts if amount is not None), Decimal())


def currency_of(properties: dict[str, Any]) -> str:
    """Upper-case ISO 4217 code, or an empty text."""
    currency = properties.get("currency")
    if isinstance(currency, str) and len(currency.strip()) == _CURRENCY_LENGTH and currency.strip().isalpha():
        return currency.strip().upper()
    return ""


@dataclass(slots=True)
class Slice:
    """The counts of what is keyed on the minutes `start <= minute < end` (numbers since 1970, UTC)."""

    start: int
    end: int
    counts: Counts


def ranges_of(slices: Collection[Slice], minutes: Collection[int]) -> list[tuple[int, int]]:
    """What must be read again because something happened in these minutes: the slices held, else the whole day."""
    return sorted({_range_of(slices, minute) for minute in minutes})


def _range_of(slices: Collection[Slice], minute: int) -> tuple[int, int]:
    for piece in slices:
        if piece.start <= minute < piece.end:
            return piece.start, piece.end
    midnight = minute // DAY * DAY
    start = max((s.end for s in slices if midnight < s.end <= minute), default=midnight)
    end = min((s.start for s in slices if minute < s.start < midnight + DAY), default=midnight + DAY)
    return start, end


def whole(
    start: int, end: int, activities: Iterable[Activity], counting: "Counting | None" = None
) -> Iterator[tuple[Slice, Activity]]:
    """Each activity of a range, counted, with the one slice of the range."""
    piece = Slice(start, end, Counts())
    for activity in activities:
        piece.counts.add(activity, counting)
        yield piece, activity


def cut(
    start: int, end: int, activities: Iterable[Activity], counting: "Counting | None" = None
) -> Iterator[tuple[Slice, Activity]]:
    """Each activity of a range, counted, with the slice it is in. They come in the order of their keys.

    Where a day is dense it is cut into several slices, so that the next event reads only the last of them again.
    That last one, cut again, stays as it is.
    """
    piece, last = Slice(start, end, Counts()), start
    for activity in activities:
        minute = activity.original_at // MINUTE_MS
        if piece.counts.entries >= DENSE and minute > last:
            piece.end = minute
            piece = Slice(minute, end, Counts())
        piece.counts.add(activity, counting)
        last = minute
        yield piece, activity


def replace_slices(
    slices: Iterable[Slice], ranges: Collection[tuple[int, int]], fresh: Iterable[Slice]
) -> list[Slice]:
    """`slices` with the fresh ones in the place of what lies in the ranges; at most `MAX_SLICES`, in time order."""
    kept = [s for s in slices if not any(start <= s.start and s.end <= end for start, end in ranges)]
    merged = sorted([*kept, *(s for s in fresh if s.counts.entries)], key=lambda s: s.start)
    while len(merged) > MAX_SLICES:
        _merge_smallest_neighbours(merged)
    return merged


def _merge_smallest_neighbours(slices: list[Slice]) -> None:
    """The newest stays alone: it is the one that is read again with every event."""
    sizes = [slices[i].counts.entries + slices[i + 1].counts.entries for i in range(len(slices) - 2)]
    at = sizes.index(min(sizes))
    left, right = slices[at], slices[at + 1]
    slices[at : at + 2] = [Slice(left.start, right.end, left.counts + right.counts)]
