"""Words of an event's name, and the stem that their forms share: `orderPlaced`, `ORDER_PLACED`, `Placed Orders`."""

import re

_GAP = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VOWEL = re.compile(r"[aeiouy]")
_ENDINGS = ("ing", "ed")
_MIN_LENGTH = 3
"""Minimum letters of a word that stay when an ending is cut."""


def split(name: str) -> list[str]:
    """Split a name into words, in any notation: snake, camel, kebab, dots, blanks."""
    return [word for word in _GAP.split(name) if word]


def stem(word: str) -> str:
    """Return the stem that forms of an English word share: `deliver` of delivers, delivered, delivering. It is not
    always a word.
    """
    cut = _without_ending(_without_plural(word.lower()))
    if len(cut) > _MIN_LENGTH and cut[-1] == cut[-2]:
        cut = cut[:-1]
    return cut[:-1] + "i" if cut.endswith("y") else cut


def _without_plural(word: str) -> str:
    return word[:-1] if len(word) > _MIN_LENGTH and word.endswith("s") and not word.endswith("ss") else word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _MIN_LENGTH and _VOWEL.search(rest):
            return rest
    return word[:-1] if len(word) > _MIN_LENGTH and word.endswith("e") else word
