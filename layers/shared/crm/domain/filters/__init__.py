"""Filters of lists: query parameters as predicates over cards. Pure.

A card is what `crm.domain.card.card_of` builds, without fields that the caller may not see: filters read nothing
else.
"""

from collections.abc import Mapping
from typing import Any

from crm.domain.filters import consents, dates, marks, texts
from crm.domain.filters.calendar import Calendar
from crm.domain.filters.card import Card, Predicate
from crm.domain.filters.texts import looks_at_texts

__all__ = ["Calendar", "Card", "Predicate", "all_of", "filter_of", "looks_at_texts"]


def all_of(parameters: Mapping[str, Any], calendar: Calendar) -> Predicate:
    """Return the predicate that a card passes every filter: `{"city.contains": ["ber"], "created.after":
    "2026-11-21"}`.
    """
    filters = [filter_of(name, value, calendar) for name, value in parameters.items()]
    return lambda card: all(passes(card) for passes in filters)


def filter_of(name: str, value: Any, calendar: Calendar) -> Predicate:
    """Return one filter by the name of its parameter: a field, and behind a point the operator. Raises LookupError."""
    field, _, operator = name.partition(".")
    if field in texts.FIELDS:
        return texts.text_filter(field, operator, value)
    if field in dates.FIELDS:
        return dates.date_filter(field, operator, value, calendar)
    if field == "consent":
        return consents.consent_filter(value, calendar.now)
    return marks.mark_filter(name, value)
