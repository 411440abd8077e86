"""A metric: the value that is kept of the activities that a selector selects. Its id is the hash of its definition.

The value is small, per calendar day, and combines in any order: days of several pieces of a log, and the logs of
several members, add up exactly.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import Any

from crm.domain.activity import Activity
from crm.domain.amounts import amount_of
from crm.domain.business_keys import is_completion
from crm.domain.caseless import folded
from crm.domain.metrics.selector import Selector
from crm.domain.metrics.tables import ALL_DAYS, HASH_BYTES, MAX_HASHES, MAX_INSTANTS, NO_DAYS, StoredValue
from crm.domain.order_properties import order_amount
from crm.domain.property_paths import values_at

COUNT, SUM, MIN, MAX, FIRST, LAST, SPAN = "count", "sum", "min", "max", "first", "last", "span"
TIMES, DISTINCT = "times", "distinct"
REVENUE = "revenue"
GROSS_REVENUE = "gross_revenue"
"""Properties of an order that no event needs to carry: its amount after refunds, and before them."""

MICRO = 1_000_000
"""Numbers are kept as whole millionths: sums are exact in any order."""

_HORIZONS = (NO_DAYS, 8, 32, 93, 367, 1100)
MAX_KEPT_LENGTH = 100
"""Maximum characters that are kept of a first or last value."""
_LETTERS = {COUNT: "c", SUM: "s", MIN: "n", MAX: "x", FIRST: "f", LAST: "l", SPAN: "p"}
_LETTERS_BY_MOST = {
    TIMES: {most: letter for letter, most in MAX_INSTANTS.items()},
    DISTINCT: {most: letter for letter, most in MAX_HASHES.items()},
}
_ID_BYTES = 5


def horizon_for(days: int) -> int:
    """Return how many days before its newest one a metric must keep to answer windows that reach back so far."""
    return next((horizon for horizon in _HORIZONS[1:] if days < horizon), ALL_DAYS)


def instants_for(number: int) -> int:
    """Return how many instants of a day a metric must keep to count up to a number. Raises ValueError."""
    return min(most for most in MAX_INSTANTS.values() if most >= number)


def values_for(number: int) -> int:
    """Return how many values a metric must distinguish to count up to a number. Raises ValueError."""
    return min(most for most in MAX_HASHES.values() if most >= number)


@dataclass(frozen=True)
class Metric:
    """One metric.

    `horizon`: NO_DAYS keeps one value for ever, ALL_DAYS one for each day, any other number one for each of as many
    newest days. `property`: the property whose numbers or values are kept; a count with one counts only activities
    that have it. `zone`: the name of the time zone of its days. `most`: how many instants of a day `times` keeps, the
    newest ones, or how many values `distinct` distinguishes.
    """

    kind: str
    selector: Selector
    property: str | None = None
    horizon: int = NO_DAYS
    zone: str = "UTC"
    most: int = 0

    @cached_property
    def id(self) -> str:
        """Return the id; its first letter is the kind."""
        definition = {field.name: getattr(self, field.name) for field in fields(self)}
        definition["selector"] = self.selector.as_json()
        definition |= {"zone": ""} if self.horizon == NO_DAYS else {}
        if not self.most:
            del definition["most"]  # ids are stored: what they are hashes of stays as it was
        text = json.dumps(definition, sort_keys=True, ensure_ascii=False)
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_ID_BYTES)
        letter = _LETTERS_BY_MOST[self.kind][self.most] if self.most else _LETTERS[self.kind]
        return letter + digest.hexdigest()

    def _is_of_every_order(self) -> bool:
        """Return whether its property is the amount of an order, whatever name its events use."""
        return self.property == GROSS_REVENUE or (self.property == REVENUE and self.kind in {SUM, MIN, MAX})

    def kept_of(self, activity: Activity) -> StoredValue | None:
        """Return the value of one activity that the selector selects; None if the activity lacks the property."""
        if self.kind == SPAN:
            return [activity.occurred_at, activity.occurred_at]
        values = values_at(activity.properties, self.property) if self.property else []
        if self._is_of_every_order() and not _numbers(values) and is_completion(activity):
            values = [str(order_amount(activity.properties))]
        if self.kind in {COUNT, TIMES}:
            counts = not self.property or any(value is not None for value in values)
            return None if not counts else 1 if self.kind == COUNT else [activity.occurred_at]
        if self.kind == DISTINCT:
            hashes = {_hash_of(value) for value in values if type(value) in {str, int, float, bool}}
            return sorted(hashes)[: self.most] or None
        return _KEEPERS[self.kind](values, activity)


def _hash_of(value: str | float) -> int:
    """Hash a value, equally for values that `equals` does not distinguish: texts without regard to case, `5` and
    `"5"`.
    """
    whole = type(value) is float and value.is_integer()
    text = json.dumps(value) if type(value) is bool else folded(str(int(value) if whole else value))
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()
    return int.from_bytes(digest)


def _sum(values: list[Any], _activity: Activity) -> StoredValue | None:
    numbers = _numbers(values)
    return [len(numbers), sum(numbers)] if numbers else None


def _least(values: list[Any], _activity: Activity) -> StoredValue | None:
    return min(_numbers(values), default=None)


def _most(values: list[Any], _activity: Activity) -> StoredValue | None:
    return max(_numbers(values), default=None)


def _one(values: list[Any], activity: Activity) -> StoredValue | None:
    found = next((value for value in values if type(value) in {str, int, float, bool}), None)
    if found is None:
        return None
    value = found[:MAX_KEPT_LENGTH] if type(found) is str else found
    return [*activity.stamp, value]


_KEEPERS: dict[str, Callable[[list[Any], Activity], StoredValue | None]] = {
    SUM: _sum,
    MIN: _least,
    MAX: _most,
    FIRST: _one,
    LAST: _one,
}


def _numbers(values: list[Any]) -> list[int]:
    amounts = (amount_of(value) for value in values)
    return [in_millionths(amount) for amount in amounts if amount is not None]


def in_millionths(amount: Decimal) -> int:
    """Convert a number to whole millionths, as it is kept."""
    return int(amount * MICRO)
