"""Find identities in texts: an email address, a phone number or an id, plain or encoded as in web addresses."""

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import quote

from crm.domain.identity import EMAIL, PHONE, Identity

_BEGIN = r"(?:(?<![\w-])|(?<=%[0-9a-f]{2}))"  # %3D is the = before a value, in an address within an address
_END = r"(?![\w-]|\.\w)"
_MIN_CONCLUSIVE_LENGTH = 6
"""Minimum length of an id that is conclusive: shorter ones (`42`) count only where a field says that they are ids."""


def is_conclusive(identity: Identity) -> bool:
    """Return whether its value identifies the person in any text."""
    return identity.type in {EMAIL, PHONE} or len(identity.value) >= _MIN_CONCLUSIVE_LENGTH


def pattern_of_identities(identities: Collection[Identity]) -> re.Pattern[str] | None:
    """Build the pattern that finds the values of these identities as whole words; None if none is conclusive."""
    return _pattern(frozenset(identity.value for identity in identities if is_conclusive(identity)))


@lru_cache(maxsize=32)
def _pattern(values: frozenset[str]) -> re.Pattern[str] | None:
    if not values:
        return None
    spellings = {spelling for value in values for spelling in (value, quote(value, safe=""))}
    # The longest first: one id may be the beginning of another.
    any_of = "|".join(map(re.escape, sorted(spellings, key=lambda text: (-len(text), text))))
    return re.compile(rf"{_BEGIN}(?:{any_of}){_END}", re.IGNORECASE)
