"""Attributes: the named, typed values of customers, and the rules for declaring one.

Values are stored as they were sent, and read by the current definition: an attribute can be declared, or given
another type, after its first values.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any

from crm.domain import value_types
from crm.domain.errors import ConflictError, InvalidInputError, invalid_field
from crm.domain.etag import etag_of
from crm.domain.fold_rules import MAX_VALUE_BYTES, OVERHEAD, Declared
from crm.domain.identity import EMAIL, PHONE, normalise
from crm.domain.json_text import encode
from crm.domain.tracking.traits import STANDARD_NAMES
from crm.domain.trust import Rank

TEXT, NUMBER, BOOLEAN = "text", "number", "boolean"
DATE, DATETIME = "date", "datetime"
CHOICE, LIST = "choice", "list"
ATTRIBUTE_TYPES = (TEXT, NUMBER, BOOLEAN, DATE, DATETIME, CHOICE, LIST)
_FORMATS = (EMAIL, PHONE)
"""Formats of texts that are normalised as identities are: equal addresses are then equal texts."""

ANYBODY, TRUSTED, BY_HAND = "anybody", "trusted", "by_hand"
SET_BY = {ANYBODY: Rank.PUBLIC, TRUSTED: Rank.TRUSTED, BY_HAND: Rank.BY_HAND}
"""The sources that may set an attribute, and the lowest rank of each."""

OTHER = "other"
MAX_ATTRIBUTE_NAME_LENGTH = 100
MAX_SENT_NAME_LENGTH = 32_768
"""Maximum characters of a name in a message: as many as a message has."""

MAX_ATTRIBUTE_DESCRIPTION_LENGTH = 500
MAX_CHOICES = 200
MAX_TOTAL_BYTES = 90_000
"""Maximum bytes of the declared attributes of one profile, without edits by hand."""

_MAX_OF_NUMBERS_BYTES, _MAX_OF_CHOICES_BYTES = 40, 128
_INVALID_VALUE = "invalid_value"

_PLAIN: dict[str, Callable[[Any], Any]] = {
    TEXT: value_types.read_text,
    NUMBER: value_types.read_number,
    BOOLEAN: value_types.read_boolean,
    DATE: value_types.read_date,
    DATETIME: value_types.read_datetime,
}
_WITH_CHOICES: dict[str, Callable[[Any, Sequence[str]], Any]] = {
    CHOICE: value_types.read_choice,
    LIST: value_types.read_list,
}
_OF_FORMAT = {
    EMAIL: "must be an email address like ada@example.com",
    PHONE: "must be a phone number with its country code, like +49 30 1234567",
}
_NORMAL = {
    EMAIL: re.compile(r"[a-z0-9]+([._+-][a-z0-9]+)*@[a-z0-9]+([.-][a-z0-9]+)*\.[a-z]{2,}"),
    PHONE: re.compile(r"\+[1-9][0-9]{6,14}"),
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute's definition. `group` is the heading it is shown under; forms enforce `required`.

    `set_by`: one of SET_BY, the sources that may set it. `version` 0 is not stored: as built in.
    """

    name: str
    label: str
    type: str = TEXT
    _: KW_ONLY
    format: str | None = None
    choices: tuple[str, ...] = ()
    group: str = OTHER
    description: str = ""
    required: bool = False
    archived: bool = False
    standard: bool = False
    set_by: str = ANYBODY
    version: int = 0

    @property
    def etag(self) -> str:
        """Return the version as responses name it."""
        return etag_of(self.name, self.version)


def typed(
    attribute: Attribute,
    value: Any,
    *,
    phone_region: str | None = None,
    placeholders: Container[str] = (),
) -> Any:
    """Convert a value to plain JSON of the attribute's type; return None if it clears the attribute (null, blank,
    no entry).

    `phone_region` (ISO 3166 country) reads national phone numbers; `placeholders`: addresses and numbers, in lower
    case, that identify nothing in this deployment. Raises InvalidInputError `invalid_value`.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return _read(attribute, value, phone_region, placeholders) if value != [] else None
    except ValueError as error:
        raise InvalidInputError(
            f"{attribute.name} {error}",
            code=_INVALID_VALUE,
            details={"attribute": attribute.name, "value_type": attribute.type},
        ) from None


def _read(attribute: Attribute, value: Any, phone_region: str | None, placeholders: Container[str]) -> Any:
    if attribute.type in _WITH_CHOICES:
        return _WITH_CHOICES[attribute.type](value, attribute.choices) or None
    if attribute.format is None:
        return _PLAIN[attribute.type](value)
    known = normalise(attribute.format, value, phone_region=phone_region, placeholders=placeholders)
    if known is None:
        raise ValueError(_OF_FORMAT[attribute.format])
    return known.value


def is_normal(attribute: Attribute, value: Any) -> bool:
    """Return whether the value of a format is normal already: then the libraries that read it need not be loaded."""
    if attribute.format is None or not isinstance(value, str):
        return False
    return _NORMAL[attribute.format].fullmatch(value) is not None


def declared(attribute: Attribute) -> Declared:
    """Return the properties of an attribute that the fold needs."""
    largest = MAX_VALUE_BYTES
    if attribute.type in {NUMBER, BOOLEAN, DATE, DATETIME}:
        largest = _MAX_OF_NUMBERS_BYTES
    elif attribute.type == CHOICE and all(
        len(encode(choice)) <= _MAX_OF_CHOICES_BYTES for choice in attribute.choices
    ):
        largest = _MAX_OF_CHOICES_BYTES
    return Declared(SET_BY[attribute.set_by], largest)


def check_room(attributes: Iterable[Attribute]) -> None:
    """Raise ConflictError `attributes_too_large` if a profile could not hold a value of each attribute."""
    taken = sum(len(encode(one.name)) + declared(one).bytes + OVERHEAD for one in attributes)
    if taken > MAX_TOTAL_BYTES:
        raise ConflictError(
            f"with this attribute, the declared attributes could take {taken:,} bytes of a profile, "
            f"but at most {MAX_TOTAL_BYTES:,} are allowed: declare it, or a short text attribute, as "
            "a number, a date or a choice",
            code="attributes_too_large",
            details={"bytes": taken, "most": MAX_TOTAL_BYTES},
        )


def define(name: str, fields: Mapping[str, Any]) -> Attribute:
    """Declare an attribute; its label is derived from its name unless given. Raises InvalidInputError."""
    label = valid_attribute_name(name).replace("_", " ").strip().capitalize() or name
    return _complete(replace(Attribute(name, label), **_valid(fields)))


def change(attribute: Attribute, fields: Mapping[str, Any]) -> Attribute:
    """Change the given fields.

    Choices and format are dropped with the type that has them. Raises InvalidInputError.
    """
    type_ = fields.get("type", attribute.type)
    format_ = fields.get("format", attribute.format)
    if attribute.standard and (type_, format_) != (attribute.type, attribute.format):
        raise InvalidInputError(
            f"{attribute.name} is a standard attribute: its type and format are fixed",
            code="standard_attribute",
        )
    without = ({} if type_ in _WITH_CHOICES else {"choices": ()}) | (
        {} if type_ == TEXT else {"format": None}
    )
    return _complete(replace(attribute, **without | _valid(fields)))


def is_read_differently(before: Attribute | None, after: Attribute) -> bool:
    """Return whether values or operands may be read differently than before (None: it was not declared)."""
    return before is None or any(
        getattr(before, field) != getattr(after, field) for field in ("type", "format", "choices")
    )


def looks_like_name(name: str) -> bool:
    """Return whether an attribute can have this name: any that clients can send, if it can be read and typed."""
    return 0 < len(name) <= MAX_ATTRIBUTE_NAME_LENGTH and name.isprintable() and name == name.strip()


def can_be_sent(name: str) -> bool:
    """Return whether a message can carry a value under this name, which need not be valid for a declared attribute."""
    return len(name) <= MAX_SENT_NAME_LENGTH and name.encode(errors="ignore").decode() == name


def valid_attribute_name(name: str) -> str:
    """Validate a name. Raises InvalidInputError, also for a synonym under which no value would be stored."""
    if not looks_like_name(name):
        raise invalid_field(
            "name",
            f"must have 1 to {MAX_ATTRIBUTE_NAME_LENGTH} printable characters, without leading or trailing spaces",
        )
    if name in STANDARD_NAMES:
        raise invalid_field("name", f"{name} is a synonym of {STANDARD_NAMES[name]}: use that name")
    return name


def with_fixed_fields(stored: Attribute, standard: Attribute | None) -> Attribute:
    """Return a stored attribute; the fixed fields of a standard one are the built-in ones."""
    return replace(stored, type=standard.type, format=standard.format, standard=True) if standard else stored


def _valid(fields: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(fields)
    for field, longest in (
        ("label", MAX_ATTRIBUTE_NAME_LENGTH),
        ("group", MAX_ATTRIBUTE_NAME_LENGTH),
        ("description", MAX_ATTRIBUTE_DESCRIPTION_LENGTH),
    ):
        if field in fields:
            checked[field] = _line(fields[field], field, longest, shortest=0 if field == "description" else 1)
    if "choices" in fields:
        checked["choices"] = _valid_choices(fields["choices"])
    return checked


def _valid_choices(choices: Iterable[str]) -> tuple[str, ...]:
    lines = [_line(choice, "choices", value_types.MAX_ENTRY_LENGTH) for choice in choices]
    unique: dict[str, str] = {}
    for line in lines:
        unique.setdefault(line.casefold(), line)
    if len(unique) > MAX_CHOICES:
        raise invalid_field("choices", f"must have at most {MAX_CHOICES} entries")
    return tuple(unique.values())


def _line(text: str, field: str, longest: int, *, shortest: int = 1) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not shortest <= len(line) <= longest or not line.isprintable():
        raise invalid_field(field, f"must have {shortest} to {longest} printable characters")
    return line


def _complete(attribute: Attribute) -> Attribute:
    if attribute.type not in ATTRIBUTE_TYPES:
        raise invalid_field("type", f"must be one of {', '.join(ATTRIBUTE_TYPES)}")
    if attribute.set_by not in SET_BY:
        raise invalid_field("set_by", f"must be one of {', '.join(SET_BY)}")
    if attribute.format and (attribute.type != TEXT or attribute.format not in _FORMATS):
        raise invalid_field("format", f"is only for texts, and must be one of {', '.join(_FORMATS)}")
    if attribute.type == CHOICE and not attribute.choices:
        raise invalid_field("choices", "must not be empty for a choice")
    if attribute.choices and attribute.type not in _WITH_CHOICES:
        raise invalid_field("choices", f"are only for the types {' and '.join(_WITH_CHOICES)}")
    return attribute
