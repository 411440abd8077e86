"""What counts of the business objects of a person: each once, after refunds, however many events tell of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from crm.domain.ledger.book import Ledger
from crm.domain.ledger.entry import Page, together
from crm.domain.ledger.keys import COMPLETED, ONCE, ORDER, role_of
from crm.domain.ledger.words import Once, Word, Words, counting_first
from crm.domain.metrics.metric import GROSS_REVENUE, MAX, MIN, SUM, Metric
from crm.domain.metrics.tables import NO_DAYS, Days, Kept, combine
from crm.domain.order_properties import AMOUNTS


class Logged(Protocol):
    """A profile with a ledger."""

    @property
    def id(self) -> str: ...

    @property
    def ledger(self) -> Ledger: ...

    def all_entries(self) -> Page:
        """Of its whole ledger, wherever it is kept."""


_ALL = 1 << 62


@dataclass(frozen=True, slots=True)
class Order:
    """An order or another object. `completed_at` is None where nothing completed it, or where it was cancelled: then it
    counts as none. Amounts are millionths; `taken`: what was refunded, which may be said to be more than there was.
    """

    key: str
    completed_at: int | None
    gross: int
    taken: int
    amounts: tuple[int | None, ...]
    currency: str
    has_refund: bool
    is_cancelled: bool
    once: Mapping[str, Once]

    @property
    def net(self) -> int:
        return self._after_refunds(self.gross)

    @property
    def is_order(self) -> bool:
        """Whether it counts as an order."""
        return self.key.startswith(ORDER) and self.completed_at is not None

    def amount(self, name: str) -> int:
        """What a property with an amount says after refunds; `gross_revenue` is before them."""
        if name == GROSS_REVENUE:
            return self.gross
        said = self.amounts[AMOUNTS.index(name)]
        return self._after_refunds(self.gross if said is None else said)

    def _after_refunds(self, amount: int) -> int:
        return amount - min(self.taken, max(amount, 0))


def orders_of(members: Sequence[Logged]) -> list[Order]:
    """All objects of the members of one person, merged by their keys."""
    if len(members) == 1:
        return [order_of(key, together(entry)) for key, entry in members[0].all_entries().items()]
    words: dict[str, Words] = {}
    for member in members:
        for key, entry in member.all_entries().items():
            own = together(entry).in_log(member.id)
            words[key] = words[key] + own if key in words else own
    return [order_of(key, said) for key, said in words.items()]


def order_of(key: str, words: Words) -> Order:
    """What counts of all that was said. What refunds and cancels it must be of no lower rank than what completed it."""
    first, amounts = words.first, words.amounts
    rank = max(_rank(first), _rank(amounts and amounts.word), 0)
    said: tuple[int | None, ...] = amounts.value if amounts else (None,) * len(AMOUNTS)
    currency = words.currency.value if words.currency else ""
    refunded, is_cancelled = _refunded(words, rank, currency), words.cancelled >= rank
    counts = first is not None and not is_cancelled
    return Order(
        key,
        first.at if first is not None and counts else None,
        next((amount for amount in said if amount is not None), 0) if counts else 0,
        refunded or 0,
        said,
        currency,
        refunded is not None,
        is_cancelled,
        words.once,
    )


def _rank(word: Word | None) -> int:
    return -1 if word is None else word.rank


def _refunded(words: Words, rank: int, currency: str) -> int | None:
    """How much was refunded by what has at least this rank: of refunds those of the highest one, in the currency of the
    order or in none; None where nothing was.
    """
    found: int | None = None
    best = max(words.refunded, *(said for said, _ in words.refunds), -1)
    if best >= rank:
        if words.refunded == best:
            return _ALL
        partial = [
            a
            for (by, of), a in words.refunds.items()
            if by == best and (of in {"", currency} or not currency)
        ]
        found = sum(partial)
    if words.so_far is not None and words.so_far.word.rank >= rank and words.so_far.value:
        found = max(found or 0, words.so_far.value)
    return found


def days_of(orders: Sequence[Order], metric: Metric) -> Days:
    """What a metric of events that count once keeps of these, by calendar day."""
    days = Days()
    if not orders:
        return days
    names = {role: [n for n in metric.selector.names if n and role_of(n) == role] for role in ONCE}
    for order in orders:
        for role in ONCE:
            said = [order.once[name] for name in names[role] if name in order.once]
            if not said or (role == COMPLETED and order.is_cancelled):
                continue
            one = min(said, key=counting_first)
            if metric.id in one.kept:
                kept = (
                    one.kept[metric.id] if role != COMPLETED else _kept_of(order, metric, one.kept[metric.id])
                )
                day = 0 if metric.horizon == NO_DAYS else one.day
                days[day] = combine(metric.id, days[day], kept) if day in days else kept
    return days


def _kept_of(order: Order, metric: Metric, kept: Kept) -> Kept:
    """Of amounts what is left after refunds."""
    if metric.property not in {*AMOUNTS, GROSS_REVENUE} or metric.kind not in {SUM, MIN, MAX}:
        return kept
    amount = order.amount(metric.property)
    return [1, amount] if metric.kind == SUM else amount


def completed_at(orders: Sequence[Order]) -> int | None:
    """When the last order was completed."""
    return max(
        (order.completed_at for order in orders if order.is_order and order.completed_at), default=None
    )


def last_completed_at(members: Sequence[Logged]) -> int | None:
    """The same, where what is inline of one ledger tells it without the others being read."""
    having = [member for member in members if member.ledger]
    if not having:
        return None
    if len(having) == 1 and (ledger := having[0].ledger).paged:
        inline = completed_at([order_of(key, together(entry)) for key, entry in ledger.entries.items()])
        if inline is not None and inline >= ledger.until:
            return inline
    return completed_at(orders_of(having))


def add_amount(amounts: dict[str, Decimal], currency: str, millionths: int) -> None:
    """Add an amount to the sum of its currency."""
    amounts[currency] = amounts.get(currency, Decimal()) + Decimal(millionths).scaleb(-6)
