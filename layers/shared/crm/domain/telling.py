"""Where a text tells of somebody: by an e-mail address, a phone number or an id, plain or as it stands in addresses."""

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import quote

from crm.domain.identity import EMAIL, PHONE, Identity

_BEGIN = (
    r"(?:(?<![\w-])|(?<=%[0-9a-f]{2}))"  # %3D is the = in front of a value, in an address within an address
)
_END = r"(?![\w-]|\.\w)"
_TELLING_LENGTH = 6
"""Shorter ids (`42`) also stand for other things: they tell of nobody but where they are said as an id."""


def is_telling(identity: Identity) -> bool:
    """Whether its value stands for nothing else, wherever it is."""
    return identity.type in {EMAIL, PHONE} or len(identity.value) >= _TELLING_LENGTH


def telling(identities: Collection[Identity]) -> re.Pattern[str] | None:
    """Finds the values of these identities in a text, as whole words; None where none of them is telling."""
    return _pattern(frozenset(identity.value for identity in identities if is_telling(identity)))


@lru_cache(maxsize=32)
def _pattern(values: frozenset[str]) -> re.Pattern[str] | None:
    if not values:
        return None
    spellings = {spelling for value in values for spelling in (value, quote(value, safe=""))}
    # The longest first: an id may begin as another one does.
    any_of = "|".join(map(re.escape, sorted(spellings, key=lambda text: (-len(text), text))))
    return re.compile(rf"{_BEGIN}(?:{any_of}){_END}", re.IGNORECASE)
