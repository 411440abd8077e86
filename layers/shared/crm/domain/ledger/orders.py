"""The business objects of a person: each counts once, after refunds, however many events concern it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from crm.domain.business_keys import ONCE, ORDER_KEY, ROLE_COMPLETED, role_of
from crm.domain.ledger.book import Ledger
from crm.domain.ledger.contributions import Contributions, Once, counting_first
from crm.domain.ledger.entry import LedgerObject, Page, combined
from crm.domain.metrics.metric import GROSS_REVENUE, MAX, MIN, SUM, Metric
from crm.domain.metrics.tables import NO_DAYS, Days, StoredValue, combine
from crm.domain.order_properties import AMOUNTS


class Logged(Protocol):
    """A profile with a ledger."""

    @property
    def id(self) -> str: ...

    @property
    def ledger(self) -> Ledger: ...

    def all_entries(self) -> Page:
        """Return the whole ledger, inline and in pages."""


_ALL = 1 << 62
_OF_AMOUNTS = frozenset({SUM, MIN, MAX})
_WITH_REFUNDS = frozenset({*AMOUNTS, GROSS_REVENUE})


class Order(NamedTuple):
    """An order or another object. Amounts are millionths.

    `completed_at` is None if no event completed it, or where it was cancelled: then it does not count. `taken`:
    the refunds, which may exceed the amount.
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
        """Return the amount after refunds."""
        return self._after_refunds(self.gross)

    @property
    def is_order(self) -> bool:
        """Return whether it counts as an order."""
        return self.key.startswith(ORDER_KEY) and self.completed_at is not None

    def amount(self, name: str) -> int:
        """Return a property with an amount after refunds; `gross_revenue` is before them."""
        if name == GROSS_REVENUE:
            return self.gross
        given = self.amounts[AMOUNTS.index(name)]
        return self._after_refunds(self.gross if given is None else given)

    def _after_refunds(self, amount: int) -> int:
        return amount - min(self.taken, max(amount, 0))


CountingEvent = tuple[Order | None, int, Mapping[str, StoredValue]]
"""An event that counts: the object that it completes, its calendar day, and what metrics keep of it, by their ids."""


def orders_of(members: Sequence[Logged]) -> list[Order]:
    """Return all objects of the members of one person, merged by their keys."""
    if len(members) == 1:
        return [_alone(key, entry) for key, entry in members[0].all_entries().items()]
    contributions: dict[str, Contributions] = {}
    for member in members:
        for key, entry in member.all_entries().items():
            own = combined(entry).in_log(member.id)
            contributions[key] = contributions[key] + own if key in contributions else own
    return [order_of(key, combined) for key, combined in contributions.items()]


def _alone(key: str, entry: LedgerObject) -> Order:
    """Return the order of an entry whose object is in no other log."""
    if entry.order is None:
        entry.order = order_of(key, combined(entry))
    order: Order = entry.order
    return order


def order_of(key: str, contributions: Contributions) -> Order:
    """Resolve the contributions to an order. Refunds and cancellations need at least the rank of its completion."""
    first, amounts = contributions.first, contributions.amounts
    rank = max(0 if first is None else first.rank, 0 if amounts is None else amounts.word.rank)
    given: tuple[int | None, ...] = amounts.value if amounts else (None,) * len(AMOUNTS)
    currency = contributions.currency.value if contributions.currency else ""
    refunded, is_cancelled = _refunded(contributions, rank, currency), contributions.cancelled >= rank
    counts = first is not None and not is_cancelled
    return Order(
        key,
        first.at if first is not None and counts else None,
        next((amount for amount in given if amount is not None), 0) if counts else 0,
        refunded or 0,
        given,
        currency,
        refunded is not None,
        is_cancelled,
        contributions.once,
    )


def _refunded(contributions: Contributions, rank: int, currency: str) -> int | None:
    """Return the amount of the refunds that count; None if there are none.

    They need at least this rank; of them those of the highest rank count, in the currency of the order or in none.
    """
    if not contributions.refunds and contributions.refunded < rank and contributions.so_far is None:
        return None
    found: int | None = None
    best = max(contributions.refunded, *(refund_rank for refund_rank, _ in contributions.refunds), -1)
    if best >= rank:
        if contributions.refunded == best:
            return _ALL
        partial = [
            a
            for (by, of), a in contributions.refunds.items()
            if by == best and (of in {"", currency} or not currency)
        ]
        found = sum(partial)
    if (
        contributions.so_far is not None
        and contributions.so_far.word.rank >= rank
        and contributions.so_far.value
    ):
        found = max(found or 0, contributions.so_far.value)
    return found


def counting_events(orders: Iterable[Order], names: Iterable[str | None]) -> list[CountingEvent]:
    """Return the events of these names that count: of each object one of each role."""
    by_role = [(role, [name for name in names if name and role_of(name) == role]) for role in ONCE]
    found: list[CountingEvent] = []
    for order in orders:
        for role, of_role in by_role:
            candidates = [order.once[name] for name in of_role if name in order.once]
            if candidates and not (role == ROLE_COMPLETED and order.is_cancelled):
                one = candidates[0] if len(candidates) == 1 else min(candidates, key=counting_first)
                found.append((order if role == ROLE_COMPLETED else None, one.day, one.kept))
    return found


def days_of(events: Iterable[CountingEvent], metric: Metric) -> Days:
    """Return what a metric keeps of the events of its names, by calendar day: of amounts what is left after refunds."""
    days, id_, has_days = Days(), metric.id, metric.horizon != NO_DAYS
    amount = metric.property if metric.kind in _OF_AMOUNTS and metric.property in _WITH_REFUNDS else None
    for order, day, by_metric in events:
        if id_ not in by_metric:
            continue
        kept, place = by_metric[id_], day if has_days else 0
        if amount is not None and order is not None:
            left = order.amount(amount)
            kept = [1, left] if metric.kind == SUM else left
        days[place] = combine(id_, days[place], kept) if place in days else kept
    return days


def completed_at(orders: Sequence[Order]) -> int | None:
    """Return when the last order was completed."""
    return max(
        (order.completed_at for order in orders if order.is_order and order.completed_at), default=None
    )


def last_completed_at(members: Sequence[Logged]) -> int | None:
    """Return when the last order was completed, without reading pages where the inline entries of one
    ledger suffice.
    """
    having = [member for member in members if member.ledger]
    if not having:
        return None
    if len(having) == 1 and (ledger := having[0].ledger).paged:
        inline = completed_at([_alone(key, entry) for key, entry in ledger.entries.items()])
        if inline is not None and inline >= ledger.until:
            return inline
    return completed_at(orders_of(having))


def add_amount(amounts: dict[str, Decimal], currency: str, millionths: int) -> None:
    """Add an amount to the sum of its currency."""
    amounts[currency] = amounts.get(currency, Decimal()) + Decimal(millionths).scaleb(-6)
