"""A tag: a name that customers are marked with. Profiles hold its id, so a new name is theirs at once."""

import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

from crm.domain.errors import InvalidInputError

BY_NAME, BY_COUNT = "name", "count"
"""Orders of a list of tags."""

LONGEST_NAME = 100
LONGEST_DESCRIPTION = 500
_ID = re.compile(r"tag_[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """`created_at` in epoch milliseconds."""

    id: str
    name: str
    created_at: int
    description: str = ""
    version: int = 1


def looks_like_id(text: str) -> bool:
    """Whether it has the form of a tag's id; no name has."""
    return _ID.fullmatch(text) is not None


def valid_name(name: str) -> str:
    """In NFC, trimmed, with single blanks. Raises InvalidInputError."""
    line = _line(name)
    if not 1 <= len(line) <= LONGEST_NAME or not line.isprintable() or looks_like_id(line):
        raise InvalidInputError(
            f"a tag's name must have 1 to {LONGEST_NAME} printable characters, and not the form of a tag's id",
            details={"field": "name"},
        )
    return line


def valid_description(description: str) -> str:
    """One line, or none. Raises InvalidInputError."""
    line = _line(description)
    if len(line) > LONGEST_DESCRIPTION or not line.isprintable():
        raise InvalidInputError(
            f"description must have at most {LONGEST_DESCRIPTION} printable characters",
            details={"field": "description"},
        )
    return line


def folded(name: str) -> str:
    """What two names have in common that are one tag's: they differ in capitals and blanks at most."""
    return unicodedata.normalize("NFC", _line(name).casefold())


def to_record(tag: Tag) -> dict[str, Any]:
    """The stored form: plain JSON."""
    return asdict(tag)


def from_record(record: dict[str, Any]) -> Tag:
    """The tag of a stored form."""
    return Tag(**record)


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
