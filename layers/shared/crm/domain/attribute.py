"""An attribute: what a customer can be told about, its type, and the rules for defining one.

Values are kept as they came in, and read by the definition of the day: an attribute can be defined, or given another
type, after its first values.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import KW_ONLY, asdict, dataclass, replace
from typing import Any

from crm.domain import value_types
from crm.domain.errors import ConflictError, InvalidInputError
from crm.domain.fold_rules import LARGEST_VALUE, OVERHEAD, Declared
from crm.domain.identity import EMAIL, PHONE, normalise
from crm.domain.json_text import encode
from crm.domain.messages.traits import STANDARD_NAMES
from crm.domain.trust import Rank

TEXT, NUMBER, BOOLEAN = "text", "number", "boolean"
DATE, DATETIME = "date", "datetime"
CHOICE, LIST = "choice", "list"
TYPES = (TEXT, NUMBER, BOOLEAN, DATE, DATETIME, CHOICE, LIST)
FORMATS = (EMAIL, PHONE)
"""Texts that are kept as identities are: the same address is then the same text."""

ANYBODY, TRUSTED, BY_HAND = "anybody", "trusted", "by_hand"
SET_BY = {ANYBODY: Rank.PUBLIC, TRUSTED: Rank.TRUSTED, BY_HAND: Rank.BY_HAND}
"""Who may set an attribute, and the lowest rank that does."""

OTHER = "other"
LONGEST_NAME = 100
LONGEST_SENT = 32_768
"""Characters in a name that a message brings: as many as there are in a message."""

LONGEST_DESCRIPTION = 500
MOST_CHOICES = 200
LARGEST_IN_ALL = 90_000
"""Bytes that the declared attributes of one profile may take, edits by hand aside."""

_LARGEST_OF_NUMBERS, _LARGEST_OF_CHOICES = 40, 128
INVALID_VALUE = "invalid_value"

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
    """`group` is the heading it stands under. `required` is asked by forms. `set_by`: one of SET_BY, who may set it.
    `version` 0 is not stored: as built in.
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


def typed(
    attribute: Attribute,
    value: Any,
    *,
    phone_region: str | None = None,
    placeholders: Container[str] = (),
) -> Any:
    """The value as it is kept: plain JSON of the attribute's type; None for what empties it (null, a blank, no entry).

    `phone_region` (ISO 3166 country) reads national phone numbers; `placeholders`: addresses and numbers, in
    lower case, that stand for nobody in this deployment. Raises InvalidInputError `invalid_value`.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return _read(attribute, value, phone_region, placeholders) if value != [] else None
    except ValueError as error:
        raise InvalidInputError(
            f"{attribute.name} {error}",
            code=INVALID_VALUE,
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
    """Whether the value of a format is plainly as it is kept: then the libraries that read it need not be loaded."""
    if attribute.format is None or not isinstance(value, str):
        return False
    return _NORMAL[attribute.format].fullmatch(value) is not None


def declared(attribute: Attribute) -> Declared:
    """What folding needs to know of it."""
    largest = LARGEST_VALUE
    if attribute.type in {NUMBER, BOOLEAN, DATE, DATETIME}:
        largest = _LARGEST_OF_NUMBERS
    elif attribute.type == CHOICE and all(
        len(encode(choice)) <= _LARGEST_OF_CHOICES for choice in attribute.choices
    ):
        largest = _LARGEST_OF_CHOICES
    return Declared(SET_BY[attribute.set_by], largest)


def check_room(attributes: Iterable[Attribute]) -> None:
    """Raises ConflictError `attributes_too_large` where a profile could not hold a value of each."""
    taken = sum(len(encode(one.name)) + declared(one).bytes + OVERHEAD for one in attributes)
    if taken > LARGEST_IN_ALL:
        raise ConflictError(
            f"with this attribute the declared ones could take {taken:,} bytes of a profile, and {LARGEST_IN_ALL:,} "
            "are allowed: make it a number, a date or a choice, or give a text that needs little room such a type",
            code="attributes_too_large",
            details={"bytes": taken, "most": LARGEST_IN_ALL},
        )


def define(name: str, fields: dict[str, Any]) -> Attribute:
    """A new attribute; its label is made of its name unless it is given. Raises InvalidInputError."""
    label = valid_name(name).replace("_", " ").strip().capitalize() or name
    return _complete(replace(Attribute(name, label), **_valid(fields)))


def change(attribute: Attribute, fields: dict[str, Any]) -> Attribute:
    """With the fields given. Choices and format go with the type that has them. Raises InvalidInputError."""
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


def reads_otherwise(before: Attribute | None, after: Attribute) -> bool:
    """Whether a value can be read as another one, or its operands can, than before (None: was not declared)."""
    return before is None or any(
        getattr(before, field) != getattr(after, field) for field in ("type", "format", "choices")
    )


def looks_like_name(name: str) -> bool:
    """Whether an attribute can have this name: whatever clients can send, if it can be read and typed."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()


def can_be_sent(name: str) -> bool:
    """Whether a message can have brought a value under this name, which need not be one for a declared attribute."""
    return len(name) <= LONGEST_SENT and name.encode(errors="ignore").decode() == name


def valid_name(name: str) -> str:
    """Raises InvalidInputError, also for a synonym under which no value would ever be kept."""
    if not looks_like_name(name):
        raise _unfit("name", f"must have 1 to {LONGEST_NAME} printable characters, and no blank at its ends")
    if name in STANDARD_NAMES:
        raise _unfit("name", f"{name} is a synonym: its values are kept as {STANDARD_NAMES[name]}")
    return name


def to_record(attribute: Attribute) -> dict[str, Any]:
    """The stored form: plain JSON."""
    return asdict(attribute) | {"choices": list(attribute.choices)}


def from_record(record: dict[str, Any], standard: Attribute | None = None) -> Attribute:
    """The attribute of a stored form; of a standard one what is fixed is as it is built in."""
    stored = Attribute(**record | {"choices": tuple(record["choices"])})
    return replace(stored, type=standard.type, format=standard.format, standard=True) if standard else stored


def _valid(fields: dict[str, Any]) -> dict[str, Any]:
    checked = dict(fields)
    for field, longest in (
        ("label", LONGEST_NAME),
        ("group", LONGEST_NAME),
        ("description", LONGEST_DESCRIPTION),
    ):
        if field in fields:
            checked[field] = _line(fields[field], field, longest, shortest=0 if field == "description" else 1)
    if "choices" in fields:
        checked["choices"] = _valid_choices(fields["choices"])
    return checked


def _valid_choices(choices: Iterable[str]) -> tuple[str, ...]:
    lines = [_line(choice, "choices", value_types.LONGEST_ENTRY) for choice in choices]
    unique: dict[str, str] = {}
    for line in lines:
        unique.setdefault(line.casefold(), line)
    if len(unique) > MOST_CHOICES:
        raise _unfit("choices", f"must be at most {MOST_CHOICES}")
    return tuple(unique.values())


def _line(text: str, field: str, longest: int, *, shortest: int = 1) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not shortest <= len(line) <= longest or not line.isprintable():
        raise _unfit(field, f"must have {shortest} to {longest} printable characters")
    return line


def _complete(attribute: Attribute) -> Attribute:
    if attribute.type not in TYPES:
        raise _unfit("type", f"must be one of {', '.join(TYPES)}")
    if attribute.set_by not in SET_BY:
        raise _unfit("set_by", f"must be one of {', '.join(SET_BY)}")
    if attribute.format and (attribute.type != TEXT or attribute.format not in FORMATS):
        raise _unfit("format", f"is for a text, and one of {', '.join(FORMATS)}")
    if attribute.type == CHOICE and not attribute.choices:
        raise _unfit("choices", "must be given for a choice")
    if attribute.choices and attribute.type not in _WITH_CHOICES:
        raise _unfit("choices", f"are for {' and '.join(_WITH_CHOICES)} only")
    return attribute


def _unfit(field: str, problem: str) -> InvalidInputError:
    return InvalidInputError(f"{field} {problem}", details={"field": field})
