"""Find customers by the beginning of a text, in any Unicode form and without regard to case."""

import unicodedata
from itertools import chain, islice, zip_longest

from crm.domain.caseless import folded
from crm.domain.memberships import sort_text

_MIN_BYTES = 2
"""Minimum length of a searched text: two letters, or one that is not ASCII."""


def beginnings(text: str) -> list[str]:
    """Return the sort texts that a match may begin with: names are sorted as they were sent, composed or not."""
    forms = (folded(text), text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD")))
    return list(dict.fromkeys(sort_text(form) for form in forms))


def is_searchable(text: str) -> bool:
    """Decide whether a text is long enough to search for it."""
    return len(sort_text(text).encode()) >= _MIN_BYTES


def begins(text: str | None, beginning: str) -> bool:
    """Decide whether a text begins with this, in any Unicode form and case."""
    return text is not None and folded(text).startswith(folded(beginning))


def interleave(found: dict[str, list[str]], limit: int) -> list[tuple[str, str]]:
    """Choose at most `limit` of the (id, field) that were found by each field: alternating between the fields, so that
    none hides the others. The choice is ordered by field, and an id is in it once.
    """
    turns = zip_longest(*([(id_, field) for id_ in ids] for field, ids in found.items()))
    first: dict[str, str] = {}
    for id_, field in filter(None, chain.from_iterable(turns)):
        first.setdefault(id_, field)
    order = list(found)
    return sorted(islice(first.items(), limit), key=lambda entry: order.index(entry[1]))
