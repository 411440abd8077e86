"""The person's name in a message, by which two people behind one phone number are distinguished."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

_MAX_LENGTH = 30
"""Maximum characters of one part of a name that are compared."""

_WORD = re.compile(r"[^\W_]+")


class EventNaming(NamedTuple):
    """The parts of a name as words in lower case, without accents, separated by blanks. Empty: not given."""

    first_name: str = ""
    last_name: str = ""
    name: str = ""

    def completed_by(self, other: "EventNaming") -> "EventNaming":
        """Complete the missing parts from another name."""
        return EventNaming(*(own or theirs for own, theirs in zip(self, other, strict=True)))


NAMES = EventNaming._fields
NAMELESS = EventNaming()


def naming_of(values: Mapping[str, Any]) -> EventNaming:
    """Return the name among these values of attributes."""
    if not any(name in values for name in NAMES):
        return NAMELESS
    return EventNaming(*(_words(values.get(name)) for name in NAMES))


def agree(one: EventNaming, other: EventNaming) -> bool:
    """Return whether both can be one person's: no part that both have differs.

    `Ann` can be `Ann Marie Lee`, but not `Bob`.
    """
    if one.name or other.name:
        return _may_be(" ".join(one), " ".join(other))
    return _may_be(one.first_name, other.first_name) and _may_be(one.last_name, other.last_name)


def _may_be(one: str, other: str) -> bool:
    words, others = set(one.split()), set(other.split())
    return words <= others or others <= words


def _words(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    plain = unicodedata.normalize("NFKD", value[: 4 * _MAX_LENGTH].casefold())
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(_WORD.findall(bare))[:_MAX_LENGTH].strip()
