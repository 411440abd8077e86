"""Names that group customers: tags, lists. Profiles hold the ids, so that a rename applies to them at once."""

import unicodedata
from dataclasses import dataclass

from crm.domain.errors import InvalidInputError
from crm.domain.etag import etag_of
from crm.domain.id_format import IdFormat

BY_NAME, BY_COUNT = "name", "count"
"""Orders in which names are listed."""

MAX_NAME_LENGTH = 100
MAX_DESCRIPTION_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A tag, or a list. `created_at` in epoch milliseconds."""

    id: str
    name: str
    created_at: int
    description: str = ""
    version: int = 1

    @property
    def etag(self) -> str:
        """Return the version as responses name it."""
        return etag_of(self.id, self.version)


@dataclass(frozen=True, slots=True)
class GroupNaming:
    """The rules for names of one sort: `Naming("tag")`, whose ids are like `tag_0123456789ab`."""

    sort: str

    @property
    def id_format(self) -> IdFormat:
        """Return the format of ids, which no name has."""
        return IdFormat(self.sort)

    def valid_name(self, name: str) -> str:
        """Normalise a name: NFC, trimmed, with single blanks. Raises InvalidInputError."""
        line = _line(name)
        if not 1 <= len(line) <= MAX_NAME_LENGTH or not line.isprintable() or self.id_format.matches(line):
            raise InvalidInputError(
                f"name must have 1 to {MAX_NAME_LENGTH} printable characters, and must not look like an "
                f"id ({self.sort}_0123456789ab)",
                details={"field": "name"},
            )
        return line


def valid_description(description: str) -> str:
    """Normalise a description to one line, which may be empty. Raises InvalidInputError."""
    line = _line(description)
    if len(line) > MAX_DESCRIPTION_LENGTH or not line.isprintable():
        raise InvalidInputError(
            f"description must have at most {MAX_DESCRIPTION_LENGTH} printable characters",
            details={"field": "description"},
        )
    return line


def folded_name(name: str) -> str:
    """Fold a name: equal for spellings that differ only in case and blanks."""
    return unicodedata.normalize("NFC", _line(name).casefold())


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
