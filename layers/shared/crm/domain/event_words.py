"""Words of an event's name, and what their forms have in common: `orderPlaced`, `ORDER_PLACED`, `Placed Orders`."""

import re

_GAP = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VOWEL = re.compile(r"[aeiouy]")
_ENDINGS = ("ing", "ed")
_SHORTEST = 3
"""Letters that stay of a word when an ending is cut."""


def split(name: str) -> list[str]:
    """The words, in the spelling of any language: snake, camel, kebab, dots, blanks."""
    return [word for word in _GAP.split(name) if word]


def stem(word: str) -> str:
    """What forms of an English word share: `deliver` of delivers, delivered, delivering. Not always a word itself."""
    cut = _without_ending(_without_plural(word.lower()))
    if len(cut) > _SHORTEST and cut[-1] == cut[-2]:
        cut = cut[:-1]
    return cut[:-1] + "i" if cut.endswith("y") else cut


def _without_plural(word: str) -> str:
    return word[:-1] if len(word) > _SHORTEST and word.endswith("s") and not word.endswith("ss") else word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST and _VOWEL.search(rest):
            return rest
    return word[:-1] if len(word) > _SHORTEST and word.endswith("e") else word
