"""Orders and other objects with a key, computed from all events each time.

If several events are about one order, the highest rank decides, then the earliest completion and the latest amount.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from crm.domain.activity import Activity
from tests.model.bounds import rank
from tests.model.graph import stamp_of
from tests.model.scenes import profile_id

AMOUNTS = ("revenue", "total", "value", "amount")
_MEANINGS = {
    "order completed": ("order", "completed"),
    "purchase": ("order", "completed"),
    "order updated": ("order", "updated"),
    "order refunded": ("order", "refunded"),
    "order cancelled": ("order", "cancelled"),
    "booking confirmed": ("booking", "completed"),
    "booking cancelled": ("booking", "cancelled"),
}
_KEYS = {"order": ("order_id", "orderid", "transaction_id"), "booking": ("booking_id",)}
_JUNK = ("", "unknown")


def meaning_of(name: str | None) -> tuple[str, str] | None:
    return _MEANINGS.get((name or "").replace("_", " ").lower())


def key_of(activity: Activity) -> tuple[str, str] | None:
    """Return the family and the key of an event's object, or None."""
    meaning = meaning_of(activity.name) if activity.type == "track" else None
    if meaning is None:
        return None
    given = {name.lower(): value for name, value in activity.properties.items()}
    texts = [str(given[name]).strip() for name in _KEYS[meaning[0]] if given.get(name) is not None]
    return next(((meaning[0], text) for text in texts if text not in _JUNK), None)


def number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    with suppress(InvalidOperation):
        found = Decimal(str(value).strip())
        return found if found.is_finite() else None
    return None


def amount_in(properties: dict[str, Any], names: Iterable[str] = AMOUNTS) -> Decimal | None:
    """Return the first amount property that is a number, in any letter case: of the event, else of `ecommerce`."""
    for given in (properties, properties.get("ecommerce")):
        spelt = {name.lower(): value for name, value in reversed((given or {}).items())}
        found = next((n for name in names if (n := number(spelt.get(name))) is not None), None)
        if found is not None:
            return found
    return None


def currency_in(properties: dict[str, Any]) -> str:
    for given in (properties, properties.get("ecommerce") or {}):
        code = str(given.get("currency") or "").strip().upper()
        if code in ("EUR", "USD"):
            return code
    return ""


def place(activity: Activity) -> tuple[int, str, int, str]:
    """Return the sort key of events of one rank: the time, then a digest of the message id."""
    at, short = stamp_of(activity)
    tie = hashlib.blake2b(short.encode(), digest_size=4).hexdigest()
    return at, tie, activity.original_at, profile_id(activity.identities[0])


@dataclass(frozen=True)
class NaiveOrder:
    """All events about one object."""

    family: str
    given: list[Activity]

    def _role(self, *roles: str) -> list[Activity]:
        return [a for a in self.given if (meaning_of(a.name) or ("", ""))[1] in roles]

    @cached_property
    def completion(self) -> Activity | None:
        found = self._role("completed")
        return counting(found) if found else None

    def _last(self, given: Collection[Activity]) -> Activity | None:
        return max(given, key=lambda a: (rank(a), place(a)), default=None)

    @cached_property
    def _amounts(self) -> Activity | None:
        return self._last(
            [a for a in self._role("completed", "updated") if amount_in(a.properties) is not None]
        )

    @cached_property
    def _rank(self) -> int:
        """The lowest rank of an event that may refund or cancel the object."""
        return (
            max(rank(a) for a in (self.completion, self._amounts) if a)
            if self.completion or self._amounts
            else 0
        )

    @cached_property
    def is_cancelled(self) -> bool:
        return any(rank(a) >= self._rank for a in self._role("cancelled"))

    @property
    def counts(self) -> bool:
        return self.completion is not None and not self.is_cancelled

    @cached_property
    def currency(self) -> str:
        last = self._last([a for a in self._role("completed", "updated") if currency_in(a.properties)])
        return currency_in(last.properties) if last else ""

    @cached_property
    def refunds(self) -> list[Activity]:
        """The refunds of the highest rank."""
        best = max(map(rank, self._role("refunded")), default=-1)
        return [a for a in self._role("refunded") if rank(a) == best >= self._rank]

    def after_refunds(self, amount: Decimal) -> Decimal:
        taken = [amount_in(a.properties) for a in self.refunds if self._same_currency(a)]
        whole = any(amount_in(a.properties) is None for a in self.refunds)
        sum_ = sum((abs(one) for one in taken if one is not None), Decimal(0))
        most = max(amount, Decimal(0))
        return amount - (most if whole else min(sum_, most))

    def _same_currency(self, refund: Activity) -> bool:
        return not self.currency or currency_in(refund.properties) in ("", self.currency)

    @property
    def gross(self) -> Decimal:
        return (amount_in(self._amounts.properties) if self._amounts else None) or Decimal(0)

    def gross_of(self, name: str) -> Decimal:
        """Return an amount property before refunds."""
        given = amount_in(self._amounts.properties, [name]) if self._amounts else None
        return self.gross if given is None else given


def counting(given: Iterable[Activity]) -> Activity:
    """Return the event that counts among events of one key: the earliest one of the highest rank."""
    return min(given, key=lambda a: (-rank(a), place(a)))


def orders_in(log: Iterable[Activity]) -> list[NaiveOrder]:
    """Return all objects with a key."""
    found: dict[tuple[str, str], list[Activity]] = {}
    for activity in log:
        if key := key_of(activity):
            found.setdefault(key, []).append(activity)
    return [NaiveOrder(family, given) for (family, _), given in found.items()]
