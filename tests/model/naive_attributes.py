"""Read attributes by their definitions, without the product's code: for `tests.model.naive_segments`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from crm.domain.attribute import BOOLEAN, CHOICE, DATE, DATETIME, LIST, Attribute
from crm.domain.attribute_reader import AttributeReader
from crm.domain.standard_attributes import STANDARD
from tests.model.naive_dates import WrittenDate, read_date
from tests.model.naive_people import EPOCH
from tests.model.naive_values import decimal_of, passes, text_of

CHOICES = ("S", "M", "Große")
DECLARED = {
    "vip": Attribute("vip", "VIP", BOOLEAN),
    "joined": Attribute("joined", "Joined", DATETIME),
    "colours": Attribute("colours", "Colours", LIST),
    "size": Attribute("size", "Size", CHOICE, choices=CHOICES),
}
REGION = "DE"
READER = AttributeReader({**STANDARD, **DECLARED}, REGION)
"""The product's reader of the attributes in `tests.model.segment_lives`."""

TYPES = {
    "city": "text",
    "age": "number",
    "birthday": DATE,
    "phone": "phone",
    **{name: attribute.type for name, attribute in DECLARED.items()},
}
PHONES = {
    "+49301234567": "+49301234567",
    "+49 30 1234567": "+49301234567",
    "+49 (0)30 1234567": "+49301234567",
    "0049 (0)30 1234567": "+49301234567",
    "(030) 123 45 67": "+49301234567",
    "030 123 45 67": "+49301234567",
    "+1 415 555 2671": "+14155552671",
}
"""The E.164 form of each phone; any other text is no phone."""

UNREADABLE = object()
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_SEPARATORS = " ()/.-\u00a0"


def read(name: str, value: Any) -> Any:
    """Return the value in the attribute's type: None for no value, UNREADABLE for one that is not of the type."""
    if name not in TYPES:
        return value
    if value in (None, []) or (isinstance(value, str) and not value.strip()):
        return None
    found = _READERS[TYPES[name]](value)
    return UNREADABLE if found is None else found or (None if found == [] else found)


def attribute_passes(name: str, value: Any, operator: str, operand: Any) -> bool:
    """Return whether an attribute passes a comparison whose operand is read by the same definition."""
    if name not in TYPES:
        return passes(value, operator, operand)
    if operator.startswith("not_"):
        return not attribute_passes(name, value, operator.removeprefix("not_"), operand)
    found = read(name, value)
    if operator == "empty" or found is None or found is UNREADABLE:
        return operator == "empty" and found is None
    if operator == "one_of":
        return any(attribute_passes(name, value, "equals", one) for one in operand)
    if operator == "between":
        return all(
            attribute_passes(name, value, how, end)
            for how, end in zip(("at_least", "at_most"), operand, strict=True)
        )
    return _COMPARED.get(TYPES[name], _texts)(found, operator, operand)


def _boolean(value: Any) -> bool | None:
    given = str(int(value) if isinstance(value, float) and value == int(value) else value).strip().lower()
    if not isinstance(value, str | int | float):
        return None
    return True if given in _TRUE else False if given in _FALSE else None


def _number(value: Any) -> Decimal | None:
    found = decimal_of(value)
    return None if found is None or abs(found) >= 2**53 else found


def _date(value: Any) -> str | None:
    found = read_date(value)
    return None if found is None else found.at.date().isoformat()


def _datetime(value: Any) -> str | None:
    found = read_date(value)
    return None if found is None else _iso(found)


def _iso(given: WrittenDate) -> str:
    moment = EPOCH + timedelta(milliseconds=given.instant)
    return f"{moment.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def _list(value: Any) -> list[str] | None:
    if isinstance(value, str):
        separator = ";" if ";" in value else ","
        value = json.loads(value) if value.startswith("[") else value.split(separator)
    if not isinstance(value, list):
        return None
    return [str(entry).strip() for entry in value if str(entry).strip()]


def _choice(value: Any) -> str | None:
    text = text_of(value)
    if isinstance(value, bool) or text is None:
        return None
    return next((choice for choice in CHOICES if choice.casefold() == text.strip().casefold()), None)


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": lambda value: None if isinstance(value, bool | list) else text_of(value),
    "number": _number,
    BOOLEAN: _boolean,
    DATE: _date,
    DATETIME: _datetime,
    LIST: _list,
    CHOICE: _choice,
    "phone": lambda value: PHONES.get(value) if isinstance(value, str) else None,
}


def _texts(found: Any, operator: str, operand: Any) -> bool:
    return passes(found, operator, operand, dates_equal=False)


def _phones(found: str, operator: str, operand: Any) -> bool:
    if operator == "equals":
        return bool(PHONES.get(operand) == found)
    if operator in ("contains", "starts_with", "ends_with"):
        operand = "".join(letter for letter in operand if letter not in _SEPARATORS) or operand
        return _texts(found, operator, operand)
    return False


def _booleans(found: bool, operator: str, operand: Any) -> bool:
    return operator == "equals" and _boolean(operand) is found


def _numbers(found: Decimal, operator: str, operand: Any) -> bool:
    if operator in ("contains", "starts_with", "ends_with"):
        return _texts(float(found), operator, operand)
    wanted = _number(operand)
    return wanted is not None and passes(float(found), operator, float(wanted))


def _dates(found: str, operator: str, operand: Any) -> bool:
    wanted = operand if operator in ("contains", "starts_with", "ends_with") else _date(operand)
    return wanted is not None and passes(found, operator, wanted)


def _datetimes(found: str, operator: str, operand: Any) -> bool:
    if operator in ("contains", "starts_with", "ends_with"):
        return _texts(found, operator, operand)
    wanted = read_date(operand)
    if wanted is None:
        return False
    return passes(found, operator, wanted.at.date().isoformat() if wanted.is_day else _iso(wanted))


_COMPARED: dict[str, Callable[[Any, str, Any], bool]] = {
    "phone": _phones,
    BOOLEAN: _booleans,
    "number": _numbers,
    DATE: _dates,
    DATETIME: _datetimes,
}
