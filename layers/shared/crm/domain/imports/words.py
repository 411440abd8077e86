"""Words in cells that mean yes, no, an agreement or a refusal, in the languages of `aliases.json`."""

from functools import cache

from crm.domain.attribute import CHOICE, Attribute
from crm.domain.consent import DENIED, GRANTED
from crm.domain.imports.aliases import aliases
from crm.domain.imports.target import Target
from crm.domain.value_types import read_boolean

UNSAID = "unsaid"
"""What a word says that means neither: pending, unknown."""


def read_yes_or_no(text: str) -> bool:
    """Raises ValueError that says what would be right."""
    known = _meaning().get(_folded(text))
    return known == _YES if known in (_YES, _NO) else read_boolean(text)


def read_consent(text: str, target: Target) -> str | None:
    """GRANTED or DENIED; None for what says nothing. Raises ValueError that says what would be right."""
    known = _meaning().get(_folded(text))
    if known is None:
        raise ValueError("must be yes or no, granted or denied, subscribed or unsubscribed, or empty")
    if target.yes == DENIED:
        return DENIED if known in (_YES, DENIED) else None
    return {_YES: GRANTED, _NO: DENIED, GRANTED: GRANTED, DENIED: DENIED}.get(known)


def is_consent(text: str) -> bool:
    """Whether it is a word about a consent."""
    return _folded(text) in _meaning()


def says_something(text: str) -> bool:
    """Whether it is such a word that says yes or no."""
    return _meaning().get(_folded(text), UNSAID) != UNSAID


def choice_meant(attribute: Attribute, text: str) -> str | None:
    """The choice that other systems write like this, None where they mean that nothing is said; else the text."""
    if attribute.type != CHOICE or any(choice.casefold() == _folded(text) for choice in attribute.choices):
        return text
    meant = _choices(attribute.name).get(_folded(text))
    if meant is None and attribute.name in aliases()["choices"] and _meaning().get(_folded(text)) == UNSAID:
        return None
    return meant if meant in attribute.choices else text


_YES, _NO = "yes", "no"


@cache
def _meaning() -> dict[str, str]:
    return {
        _folded(word): meaning
        for meaning in (UNSAID, DENIED, GRANTED, _NO, _YES)
        for word in aliases()[meaning]
    }


@cache
def _choices(name: str) -> dict[str, str]:
    listed = aliases()["choices"].get(name, {})
    return {_folded(word): choice for choice, words in listed.items() for word in words}


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
