"""Filters over texts, without regard to case."""

from collections.abc import Callable, Iterable, Sequence

from crm.domain.card import WHOLE
from crm.domain.caseless import folded
from crm.domain.filters.card import Card, Predicate

FIELDS = ("name", "first_name", "last_name", "email", "city", "region", "zip", "company")

LONGEST = 500
"""Maximum characters of a text to search for."""

_FOUND: dict[str, Callable[[str, str], bool]] = {
    "": str.__eq__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
}
_OPPOSITE = {"not": "", "not_contains": "contains"}
OPERATORS = (*_FOUND, *_OPPOSITE)
"""The operators; the empty one is equality."""


def looks_at_texts(names: Iterable[str]) -> bool:
    """Return whether one of the filters is over a text: then a card must hold its whole texts."""
    return any(name.partition(".")[0] in FIELDS for name in names)


def text_filter(field: str, operator: str, values: Sequence[str]) -> Predicate:
    """Return the filter that one of the values matches.

    An opposite passes where none does, and a missing value too.
    """
    found = _FOUND[_OPPOSITE.get(operator, operator)]
    wanted = [folded(value) for value in values]

    def passes(card: Card) -> bool:
        text = folded(card.get(WHOLE, card).get(field, ""))
        return bool(text) and any(found(text, value) for value in wanted)

    return (lambda card: not passes(card)) if operator in _OPPOSITE else passes
