"""Numbers that are added up: exact, in any order."""

from decimal import Decimal
from typing import Any

from crm.domain.numbers import numeral

_LARGEST = Decimal("1e15")
_SMALLEST = Decimal("1e-6")


def amount_of(value: Any) -> Decimal | None:
    """Read a number, or the text of one, to a millionth; return None for anything else, and from 10^15 on."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(numeral(value) if isinstance(value, str) else str(value))
    except ValueError:
        return None
    if not amount.is_finite() or abs(amount) >= _LARGEST:
        return None
    # Sums must be exact in any order of arrival, so every amount has a bounded number of digits.
    return amount.quantize(_SMALLEST).normalize()
