"""Words in cells that mean yes, no, a consent or a refusal, in the languages of `aliases.json`."""

import re
from functools import cache
from itertools import filterfalse
from unicodedata import combining, normalize

from crm.domain.attribute import CHOICE, Attribute
from crm.domain.consent import DENIED, GRANTED
from crm.domain.imports.aliases import aliases, is_agreement
from crm.domain.imports.target import Target
from crm.domain.value_types import read_boolean

UNDECIDED = "unsaid"
"""The meaning of a word that is neither: pending, unknown, never asked."""

_YES, NO = "yes", "no"

_MAX_LENGTH = 1_000
_JOINT = re.compile(r"(?<=\w)[-_](?=\w)|_")
_HEAD = re.compile(r"(?P<word>[^,.;:!(]{1,40}?)\s*(?:[,.;:!]\s|\().{0,400}", re.DOTALL)


def consent_meaning(text: str) -> str | None:
    """Return YES, NO, GRANTED, DENIED or UNSAID; None for a text without a meaning for a consent.

    Text after a word is ignored only where that is certain: `Yes, please`, `unsubscribed by link`.
    """
    if len(text) > _MAX_LENGTH:
        return None
    folded = _folded(text)
    if known := _meaning().get(folded):
        return known
    head = _HEAD.match(folded)
    if head and (known := _meaning().get(head["word"].strip())):
        return known
    if folded.startswith(_refusals()):
        return DENIED
    return _YES if is_agreement(text) else None


def read_yes_or_no(text: str) -> bool:
    """Read yes or no. Raises ValueError that says what would be right."""
    known = consent_meaning(text)
    return known == _YES if known in (_YES, NO) else read_boolean(text)


def read_consent(text: str, target: Target) -> str | None:
    """Return GRANTED or DENIED; None for a text that means neither.

    Raises ValueError that says what would be right.
    """
    known = consent_meaning(text)
    if known is None:
        raise ValueError("must be yes or no, granted or denied, subscribed or unsubscribed, or empty")
    if target.yes == DENIED:
        return DENIED if known in (_YES, DENIED) else None
    return {_YES: GRANTED, NO: DENIED, GRANTED: GRANTED, DENIED: DENIED}.get(known)


def is_consent_decision(text: str) -> bool:
    """Return whether the text is a word about a consent that means yes or no."""
    return consent_meaning(text) not in (None, UNDECIDED)


def concerns_subscription(text: str) -> bool:
    """Return whether the text is a word about a subscription, present or past, or about a ban on contact."""
    folded = _folded(text)
    return folded in _of_subscription() or folded.startswith(_refusals())


def is_about_a_list(text: str) -> bool:
    """Return whether the text is a word of subscriber lists only."""
    return _folded(text) in _of_lists()


def is_generic(text: str) -> bool:
    """Return whether the text may concern anything: `active`, `pending`, `cancelled`."""
    return _folded(text) in _generic()


def choice_meant(attribute: Attribute, text: str) -> str | None:
    """Return the choice that other systems write like this, None for no value; else the text."""
    if attribute.type != CHOICE or any(choice.casefold() == _folded(text) for choice in attribute.choices):
        return text
    choice_ = _choices(attribute.name).get(_folded(text))
    if choice_ is None and attribute.name in aliases()["choices"] and consent_meaning(text) == UNDECIDED:
        return None
    return choice_ if choice_ in attribute.choices else text


@cache
def _meaning() -> dict[str, str]:
    return {
        _folded(word): meaning
        for meaning in (UNDECIDED, DENIED, GRANTED, NO, _YES)
        for word in aliases()[meaning]
    }


@cache
def _refusals() -> tuple[str, ...]:
    """Return the beginnings of a cell that are clear refusals."""
    return tuple(f"{word} " for word in _of_subscription() if _meaning().get(word) == DENIED)


@cache
def _of_subscription() -> frozenset[str]:
    return _of_lists() | frozenset(map(_folded, aliases()["no_contact"]))


@cache
def _of_lists() -> frozenset[str]:
    return frozenset(map(_folded, aliases()["subscription"]))


@cache
def _generic() -> frozenset[str]:
    return frozenset(map(_folded, aliases()["generic"]))


@cache
def _choices(name: str) -> dict[str, str]:
    listed = aliases()["choices"].get(name, {})
    return {_folded(word): choice for choice, words in listed.items() for word in words}


def _folded(text: str) -> str:
    """Return the form that all spellings of a word share: `Opt-In` and `opt in`, `SÌ` and `si`."""
    bare = text if text.isascii() else "".join(filterfalse(combining, normalize("NFKD", text)))
    return " ".join(_JOINT.sub(" ", bare).split()).casefold()
