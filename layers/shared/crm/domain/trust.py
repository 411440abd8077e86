"""Trust: the weight of an input by its source (docs/identity.md, "Trust").

Write keys are part of pages and apps, and forms have no key at all, so anyone can send what a public source sends.
"""

from enum import IntEnum

_BY_HAND_PREFIXES = ("key:", "user:")
_PUBLIC_KINDS = frozenset({"web", "mobile"})


class Rank(IntEnum):
    """The weight of a source: of two, the greater one decides."""

    PUBLIC = 0
    """Web and mobile sources, and forms."""

    TRUSTED = 1
    """Server sources, imports, and what a person does through a signed link."""

    BY_HAND = 2
    """Edits through the profiles API, whose caller has authenticated."""


def rank_of(source_kind: str, source_id: str) -> Rank:
    """Return the rank of an activity. `source_kind` is web, mobile or server, `source_id` as the timeline shows it."""
    if source_kind in _PUBLIC_KINDS:
        return Rank.PUBLIC
    return Rank.BY_HAND if source_id.startswith(_BY_HAND_PREFIXES) else Rank.TRUSTED
