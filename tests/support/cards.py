"""Cards of customers in tests."""

from typing import Any, cast

from crm.domain.card_fields import RECOGNISED, Card


def card_with(**fields: Any) -> Card:
    """Return a card of a recognised customer, or of the given `kind`, with these fields."""
    return cast("Card", {"kind": RECOGNISED, **fields})
