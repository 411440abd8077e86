"""Read amounts, currency and states of an order from an event's properties: in any spelling, at the top or nested."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from crm.domain.amounts import amount_of
from crm.domain.currencies import currency_of
from crm.domain.property_paths import values_at

AMOUNTS = ("revenue", "total", "value", "amount")
"""Properties with the amount of an order; the first one that is a number counts (Segment's e-commerce spec, GA4)."""

MAX_COMPARED_NAME_LENGTH = 60
"""Maximum characters of the name of an event or a property that is compared."""

_SYNONYMS = {"total": ("total", "totalprice", "totalamount", "ordertotal", "grandtotal")}
_CURRENCY = ("currency", "currencycode")
_INNER_REFUNDS = ("refund", "ecommerce", "ecommerce.refund.actionField")
"""Objects whose amount is that of a refund, where an event is one."""

_INNER = (
    *("ecommerce", "ecommerce.purchase.actionField"),
    *("order", "checkout.order", "checkout", "data.checkout.order", "data.checkout"),
    *("transaction", "booking", "reservation", "appointment", "invoice", "payment", "charge"),
)
"""Objects in which events hold the properties of the order: GA4's data layer, Shopify's pixel, webhooks."""

_ROOTS = frozenset(path.partition(".")[0] for path in (*_INNER, *_INNER_REFUNDS))

ComparableProperties = Mapping[str, Any]
"""Properties by their names without case, blanks and punctuation."""


@lru_cache(maxsize=4096)
def comparable_name(name: str) -> str:
    """Return a short name as names are compared: in lower case, without blanks and punctuation."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def comparable_properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties by their comparable names; of several properties with one such name the first counts."""
    return {
        comparable_name(name): value
        for name, value in reversed(list(properties.items()))
        if len(name) <= MAX_COMPARED_NAME_LENGTH
    }


def order_parts(properties: Mapping[str, Any]) -> list[ComparableProperties]:
    """Return the parts of an event with properties of an order: its own, then those of the objects that may describe
    it.
    """
    return [comparable_properties(properties), *_inner_parts(properties, _INNER)]


def refund_parts_of(properties: Mapping[str, Any]) -> list[ComparableProperties]:
    """Return the parts of an event with properties of a refund, without the objects that describe its order."""
    return [comparable_properties(properties), *_inner_parts(properties, _INNER_REFUNDS)]


def _inner_parts(properties: Mapping[str, Any], paths: Iterable[str]) -> Iterator[ComparableProperties]:
    if _ROOTS.isdisjoint(properties):
        return
    for path in paths:
        if path.partition(".")[0] in properties:
            yield from (
                comparable_properties(one) for one in values_at(dict(properties), path) if type(one) is dict
            )


def amounts_in(parts: Iterable[ComparableProperties]) -> tuple[Decimal | None, ...]:
    """Return the amounts in the order of AMOUNTS, of the first part with any."""
    for part in parts:
        found = tuple(first_number(part, _SYNONYMS.get(name, (name,))) for name in AMOUNTS)
        if any(amount is not None for amount in found):
            return found
    return (None,) * len(AMOUNTS)


def first_number(part: ComparableProperties, names: Iterable[str]) -> Decimal | None:
    """Return the first number among properties; money may be an object with its `amount`."""
    for name in names:
        if name in part:
            value = part[name]
            amount = amount_of(value.get("amount") if type(value) is dict else value)
            if amount is not None:
                return amount
    return None


def currency_in(parts: Iterable[ComparableProperties]) -> str:
    """Return the first currency, next to the amount or in it; an empty text without any."""
    for part in parts:
        candidates = [part.get(name) for name in _CURRENCY]
        candidates += [money.get(name) for money in _money_in(part) for name in ("currency", "currencyCode")]
        if found := next(filter(None, (currency_of(one) for one in candidates)), ""):
            return found
    return ""


def _money_in(part: ComparableProperties) -> Iterator[dict[str, Any]]:
    for name in AMOUNTS:
        yield from (part[n] for n in _SYNONYMS.get(name, (name,)) if type(part.get(n)) is dict)


def order_amount(properties: Mapping[str, Any]) -> Decimal:
    """Return the amount of an order, 0 without any."""
    return next((amount for amount in amounts_in(order_parts(properties)) if amount is not None), Decimal())
