"""The contributions of events to one business object, which combine in any order, across pieces and logs."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from crm.domain.activity import Activity, short_id
from crm.domain.business_keys import ONCE, ROLE_CANCELLED, ROLE_COMPLETED, ROLE_REFUNDED, ROLE_UPDATED
from crm.domain.metrics.tables import StoredValue
from crm.domain.order_properties import (
    ComparableProperties,
    amounts_in,
    comparable_name,
    comparable_properties,
    currency_in,
    first_number,
    order_parts,
    refund_parts_of,
)

_SO_FAR = ("refunded", "refundedamount", "amountrefunded", "totalrefunded", "refundtotal", "refundamount")
_OF_REFUNDS = ("refundamount", "amountrefunded", "refundedamount", "refundtotal", "refunded", "totalrefunded")
_STATES = ("financialstatus", "paymentstatus", "orderstatus", "status")
_CANCELLED_AT = ("cancelledat", "canceledat")
_REFUNDED_STATES = frozenset({"refunded", "fully_refunded", "wc-refunded"}) | {
    "erstattet",
    "r\u00fcckerstattet",
    "rembours\u00e9",
    "rembours\u00e9e",
    "reembolsado",
    "rimborsato",
    "terugbetaald",
}
_PARTIAL_STATES = frozenset({"partially_refunded", "partial_refund", "partial"})
_CANCELLED_STATES = frozenset({"cancelled", "canceled", "wc-cancelled", "voided", "void"})
_MICRO = 1_000_000
MAX_CURRENCIES = 6
"""Maximum pairs of rank and currency in which one object may be refunded."""

_NO_RANK = -1
_TIE_BYTES = 4


class ContributionStamp(NamedTuple):
    """The stamp of a contribution: `at` (occurred, epoch ms), `tie` (of the message id), `key_at` (of the key), `log`
    (the profile's id, where several logs are combined).
    """

    rank: int
    at: int
    tie: str
    key_at: int
    log: str = ""


Amounts = tuple[int | None, ...]
"""Amounts in millionths, in the order of AMOUNTS."""


class Latest(NamedTuple):
    """The latest value, of the highest rank that set one."""

    word: ContributionStamp
    value: Any


class Once(NamedTuple):
    """The event of a name that counts: its stamp, its calendar day, and the values that metrics keep of it, by their
    ids.
    """

    word: ContributionStamp
    day: int
    kept: Mapping[str, StoredValue]


@dataclass(slots=True)
class Contributions:
    """The combined contributions to one object.

    `first`: the completion that counts. `amounts`, `currency`, `so_far` (refunded until then, millionths): the latest
    value of each. `cancelled`, `refunded`: the highest rank that did so to the whole object. `refunds`: sums of
    partial refunds, by rank and currency. `once`: by name of the event, for metrics.
    """

    first: ContributionStamp | None = None
    amounts: Latest | None = None
    currency: Latest | None = None
    so_far: Latest | None = None
    cancelled: int = _NO_RANK
    refunded: int = _NO_RANK
    refunds: dict[tuple[int, str], int] = field(default_factory=dict)
    once: dict[str, Once] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """Return the highest rank that contributed."""
        contributions = [latest.word for latest in (self.amounts, self.currency, self.so_far) if latest]
        contributions += [once.word for once in self.once.values()]
        ranks = [word.rank for word in (*contributions, self.first) if word]
        return max(*ranks, *(rank for rank, _ in self.refunds), self.cancelled, self.refunded, _NO_RANK)

    def __add__(self, other: "Contributions") -> "Contributions":
        refunds = dict(self.refunds)
        for place, amount in other.refunds.items():
            refunds[place] = refunds.get(place, 0) + amount
        once = dict(self.once)
        for name, one in other.once.items():
            once[name] = min(once[name], one, key=counting_first) if name in once else one
        return Contributions(
            _first(self.first, other.first),
            _later(self.amounts, other.amounts),
            _later(self.currency, other.currency),
            _later(self.so_far, other.so_far),
            max(self.cancelled, other.cancelled),
            max(self.refunded, other.refunded),
            _first_ones(refunds),
            once,
        )

    def in_log(self, log: str) -> "Contributions":
        """Return the contributions marked as those of this log."""
        return replace(
            self,
            first=self.first and self.first._replace(log=log),
            amounts=_in_log(self.amounts, log),
            currency=_in_log(self.currency, log),
            so_far=_in_log(self.so_far, log),
            once={n: one._replace(word=one.word._replace(log=log)) for n, one in self.once.items()},
        )

    def keeps_only(self, wanted: Set[str]) -> bool:
        """Return whether nothing is kept for other metrics."""
        return all(wanted >= one.kept.keys() for one in self.once.values())

    def with_metrics(self, wanted: Callable[[str], bool]) -> "Contributions":
        """Return the contributions with these metrics only."""
        if all(wanted(id_) for one in self.once.values() for id_ in one.kept):
            return self
        once = {
            name: one._replace(kept={id_: kept for id_, kept in one.kept.items() if wanted(id_)})
            for name, one in self.once.items()
        }
        return replace(self, once=once)


def _first_ones(refunds: dict[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """Return the refunds that are kept: those of the highest rank first."""
    if len(refunds) <= MAX_CURRENCIES:
        return refunds
    order = sorted(refunds, key=lambda place: (-place[0], place[1]))
    return {place: refunds[place] for place in order[:MAX_CURRENCIES]}


def earliest_first(word: ContributionStamp) -> tuple[int, int, str, int, str]:
    """Return the sort key of completions: the highest rank first, then the earliest."""
    return -word.rank, *word[1:]


def counting_first(once: Once) -> tuple[int, int, str, int, str]:
    """Return the same sort key for events of a name."""
    return earliest_first(once.word)


def _first(one: ContributionStamp | None, other: ContributionStamp | None) -> ContributionStamp | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=earliest_first)


def _later(one: Latest | None, other: Latest | None) -> Latest | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=_contribution_of)


def _contribution_of(latest: Latest) -> ContributionStamp:
    return latest.word


def _in_log(latest: Latest | None, log: str) -> Latest | None:
    return latest and latest._replace(word=latest.word._replace(log=log))


def contributions_of(
    activity: Activity, role: str, name: str | None, day: int, kept: Mapping[str, StoredValue]
) -> Contributions:
    """Return the contributions of one activity.

    `name`: set where metrics count its name, with the calendar day and the values that they keep.
    """
    word = ContributionStamp(
        int(activity.rank), activity.occurred_at, _tie(activity.message_id), activity.original_at
    )
    contributions, properties = Contributions(), activity.properties
    if name is not None and role in ONCE:
        contributions.once[name] = Once(word, day, kept)
    if role == ROLE_CANCELLED:
        contributions.cancelled = word.rank
    elif role == ROLE_REFUNDED:
        is_partial = "partial" in comparable_name(activity.name or "")
        _read_refund(contributions, word, refund_parts_of(properties), is_partial=is_partial)
    elif role in {ROLE_COMPLETED, ROLE_UPDATED}:
        contributions.first = word if role == ROLE_COMPLETED else None
        _read_state(contributions, word, order_parts(properties))
    return contributions


def _read_refund(
    contributions: Contributions,
    word: ContributionStamp,
    parts: Sequence[ComparableProperties],
    *,
    is_partial: bool,
) -> None:
    amount = next((found for part in parts if (found := _refunded_in(part)) is not None), None)
    products = next(filter(None, (part.get("products") or part.get("items") for part in parts)), None)
    is_partial = is_partial or bool(_states(parts) & _PARTIAL_STATES)
    if amount is None and not products and not is_partial:
        contributions.refunded = word.rank
        return
    amount = abs(amount) if amount is not None else _worth(products)
    contributions.refunds[word.rank, currency_in(parts)] = amount


def _refunded_in(part: ComparableProperties) -> int | None:
    amounts = (first_number(part, _OF_REFUNDS), *amounts_in([part]))
    return _millionths(next(filter(_is_number, amounts), None))


def _worth(products: Any) -> int:
    """Sum price times quantity of the products with a price."""
    total = 0
    for product in products if type(products) is list else ():
        numbers = comparable_properties(product) if type(product) is dict else {}
        if (price := _millionths(first_number(numbers, ["price"]))) is not None:
            quantity = _millionths(first_number(numbers, ["quantity"]))
            total += abs(price * (_MICRO if quantity is None else quantity)) // _MICRO
    return total


def _read_state(
    contributions: Contributions, word: ContributionStamp, parts: Sequence[ComparableProperties]
) -> None:
    amounts = tuple(map(_millionths, amounts_in(parts)))
    if any(map(_is_number, amounts)):
        contributions.amounts = Latest(word, amounts)
    if currency := currency_in(parts):
        contributions.currency = Latest(word, currency)
    so_far = next(filter(_is_number, (_millionths(first_number(part, _SO_FAR)) for part in parts)), None)
    if so_far is not None:
        contributions.so_far = Latest(word, abs(so_far))
    states = _states(parts)
    if states & _CANCELLED_STATES or any(part.get(name) for part in parts for name in _CANCELLED_AT):
        contributions.cancelled = word.rank
    if (states & _REFUNDED_STATES or parts[0].get("refunded") is True) and not so_far:
        contributions.refunded = word.rank


def _states(parts: Sequence[ComparableProperties]) -> set[str]:
    states = (part[name] for part in parts for name in _STATES if name in part)
    return {str(state).strip().lower().replace(" ", "_") for state in states}


def _is_number(amount: Any) -> bool:
    return amount is not None


def _millionths(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * _MICRO)


@lru_cache(maxsize=1024)
def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_TIE_BYTES).hexdigest()


def _tie(message_id: str) -> str:
    return _digest(short_id(message_id))
