"""Slugs: names in the form that addresses use. `Big spenders` is `big-spenders`."""

import unicodedata
from collections.abc import Iterable

from crm.domain.named import folded_name

_INSIDE_WORDS = "'\u2019\u02bc"
_KEPT = {"L", "N"}
_MARK = "M"

NamedId = tuple[str, str]
"""Id and name."""


def slug_of(name: str) -> str:
    """Return letters and digits of any script in lower case, joined by hyphens, without accents of Latin letters.

    Empty where the name has none. It never has the form of an id, which has an underscore.
    """
    made: list[str] = []
    for character in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()):
        kind = unicodedata.category(character)[0]
        if kind in _KEPT:
            made.append(character)
        elif kind == _MARK:
            # An accent; in most other scripts a mark is a letter of its own.
            made += [] if not made or made[-1].isascii() else [character]
        elif character not in _INSIDE_WORDS:
            made.append(" ")
    return unicodedata.normalize("NFC", "-".join("".join(made).split()))


def find_by_name_or_slug(wanted: str, candidates: Iterable[NamedId]) -> str | None:
    """Return the id of the first with this name in any capitalisation, else of the first with this slug."""
    known = list(candidates)
    name, slug = folded_name(wanted), unicodedata.normalize("NFC", wanted.casefold())
    by_name = (id_ for id_, called in known if folded_name(called) == name)
    if not slug or slug != slug_of(wanted):
        return next(by_name, None)
    by_slug = (id_ for id_, called in known if slug_of(called) == slug)
    return next(by_name, None) or next(by_slug, None)
