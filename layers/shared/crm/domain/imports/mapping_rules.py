"""Rules for the fields of an import mapping. Every rule raises InvalidInputError."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from crm.domain import tag
from crm.domain.consent import channel_and_purpose, valid_consent
from crm.domain.consent_fields import ConsentEffect
from crm.domain.delimited import dialect
from crm.domain.errors import InvalidInputError
from crm.domain.imports.dates import valid_format
from crm.domain.imports.target import FILE_KINDS, valid_consent_key
from crm.domain.named import MAX_NAME_LENGTH, folded_name

T = TypeVar("T")
FieldError = dict[str, str]

MAX_COLUMNS = 1_000
MAX_SKIPPED = 1_000
MAX_MAPPING_TAGS = 20
MAX_MAPPING_CONSENTS = 20
MAX_MAPPING_LISTS = 20
MAX_MAPPING_SEGMENTS = 20
MAX_MAPPING_DESCRIPTION_LENGTH = 500
MAX_COLUMN_LENGTH = 1_000
MAX_EVENT_LENGTH = 200
RESERVED_FOLDERS = frozenset({"reports"})
"""Folders under imports/ that belong to no mapping."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def checked(errors: list[FieldError], field: str, valid: Callable[[Any], T], value: Any) -> T | None:
    """Return the value as the rule returns it; None, and an entry in `errors`, where it breaks the rule."""
    try:
        return valid(value)
    except InvalidInputError as error:
        errors.append({"field": field, "message": error.message.removeprefix(f"{field} ")})
        return None


def valid_mapping_name(text: Any) -> str:
    """Validate the name of a mapping, which is a folder, too."""
    if not isinstance(text, str) or not _NAME.fullmatch(text) or text in RESERVED_FOLDERS:
        raise InvalidInputError(
            "must be 1 to 50 lower-case letters, digits, - and _, begin with a letter or digit, and not be reports"
        )
    return text


def kind(text: Any) -> str:
    """Validate the kind of the rows."""
    return str(one_of(*FILE_KINDS)(text))


def one_of(*values: Any) -> Callable[[Any], Any]:
    """Return a rule: one of these values; True and 1 are different."""

    def rule(value: Any) -> Any:
        if not any(type(value) is type(known) and value == known for known in values):
            raise InvalidInputError(f"must be one of {', '.join(map(_shown, values))}")
        return value

    return rule


def _shown(value: Any) -> str:
    return "null" if value is None else repr(value).lower() if isinstance(value, bool) else repr(value)


def description(text: Any) -> str:
    """Validate a description: one line, which may be empty."""
    return _line(text, 0, MAX_MAPPING_DESCRIPTION_LENGTH)


def event_name(text: Any) -> str | None:
    """Validate the name of the event of all rows."""
    return None if text is None else _line(text, 1, MAX_EVENT_LENGTH)


def _line(text: Any, shortest: int, longest: int) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).split()) if isinstance(text, str) else "\n"
    if not shortest <= len(line) <= longest or not line.isprintable():
        raise InvalidInputError(f"must have {shortest} to {longest} printable characters")
    return line


def encoding(text: Any) -> str | None:
    """Validate the encoding of the file."""
    return None if text is None else dialect.valid_encoding(_text(text))


def delimiter(text: Any) -> str | None:
    """Validate the delimiter of cells."""
    return None if text is None else dialect.valid_delimiter(_text(text))


def quote(text: Any) -> str | None:
    """Validate the quote of cells."""
    return None if text is None else dialect.valid_quote(_text(text))


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise InvalidInputError("must be a text")
    return text


def skip_lines(number: Any) -> int | None:
    """Validate the number of lines before the header."""
    if number is not None and (type(number) is not int or not 0 <= number <= MAX_SKIPPED):
        raise InvalidInputError(f"must be a whole number from 0 to {MAX_SKIPPED:,}")
    return number


def columns(entries: Any) -> list[Mapping[str, Any]]:
    """Validate the list of columns, but not its entries."""
    if not isinstance(entries, list | tuple) or not all(isinstance(entry, Mapping) for entry in entries):
        raise InvalidInputError('must be a list like [{"column": "Town", "to": "attribute", "name": "city"}]')
    if len(entries) > MAX_COLUMNS:
        raise InvalidInputError(f"must have at most {MAX_COLUMNS:,} entries")
    return list(entries)


def column(named: Any) -> str | int:
    """Validate a column's name, or its position from 1."""
    if type(named) is int and 1 <= named <= MAX_COLUMNS:
        return named
    if isinstance(named, str) and 1 <= len(named.strip()) <= MAX_COLUMN_LENGTH:
        return named.strip()
    raise InvalidInputError("column must be the name of a column, or its number, from 1")


def date_format(text: Any) -> str | None:
    """Validate the format of dates."""
    return None if text is None else valid_format(text)


def phone_region(text: Any) -> str | None:
    """Validate the country of national phone numbers."""
    if text is None:
        return None
    if not isinstance(text, str) or not _COUNTRY.fullmatch(text):
        raise InvalidInputError("must be a two-letter ISO 3166 country, like DE")
    return text.upper()


def time_zone(text: Any) -> str | None:
    """Validate the time zone of times without an offset."""
    if text is None:
        return None
    try:
        return ZoneInfo(text).key
    except (ValueError, TypeError, OSError, LookupError):
        raise InvalidInputError("must be an IANA time zone, like Europe/Berlin") from None


def tags(names: Any) -> tuple[str, ...]:
    """Validate names of tags, each once."""
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise InvalidInputError("must be a list of names")
    unique = {tag.folded_name(name): tag.valid_tag_name(name) for name in names}
    if len(unique) > MAX_MAPPING_TAGS:
        raise InvalidInputError(f"must have at most {MAX_MAPPING_TAGS} entries")
    return tuple(unique.values())


def names_or_ids(most: int) -> Callable[[Any], tuple[str, ...]]:
    """Return a rule: names or ids of existing definitions, at most this many, each once."""

    def rule(names: Any) -> tuple[str, ...]:
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise InvalidInputError("must be a list of names or ids")
        unique = {folded_name(name): _line(name, 1, MAX_NAME_LENGTH) for name in names}
        if len(unique) > most:
            raise InvalidInputError(f"must have at most {most} entries")
        return tuple(unique.values())

    return rule


def consents(effects: Any) -> dict[str, ConsentEffect]:
    """Validate effects by key: `{"email": {"state": "granted", "proof": "Signed at the fair"}}`."""
    if not isinstance(effects, Mapping) or not all(isinstance(value, Mapping) for value in effects.values()):
        raise InvalidInputError('must be like {"email": {"state": "granted", "proof": "Signed at the fair"}}')
    if len(effects) > MAX_MAPPING_CONSENTS:
        raise InvalidInputError(f"must have at most {MAX_MAPPING_CONSENTS} entries")
    return dict(_consent(key, value) for key, value in effects.items())


def _consent(key: str, value: Mapping[str, Any]) -> tuple[str, ConsentEffect]:
    channel, purpose = channel_and_purpose(valid_consent_key(key))
    state, proof = value.get("state"), value.get("proof")
    if value.keys() - {"state", "proof"} or not isinstance(proof, str | None):
        raise InvalidInputError(
            "must have a state, granted or denied, and optionally a proof, which is a text"
        )
    return valid_consent(channel, state=str(state), now=0, purpose=purpose, proof=proof)
