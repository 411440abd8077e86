"""Operands of conditions over attributes, read by the type of the attribute when a condition is defined."""

from collections.abc import Callable
from typing import Any

from crm.domain import value_types
from crm.domain.attribute import (
    BOOLEAN,
    CHOICE,
    DATE,
    DATETIME,
    LIST,
    NUMBER,
    Attribute,
    typed,
)
from crm.domain.errors import InvalidInputError
from crm.domain.identity import PHONE
from crm.domain.operators import (
    BETWEEN,
    EQUALITY,
    EQUALS,
    ONE_OF,
    OPERATOR_TABLE,
    OPPOSITES,
    ORDERING,
    SEARCH,
    read_operand,
)

_OF_TYPE: dict[str, Callable[[Any], Any]] = {
    NUMBER: value_types.read_number,
    BOOLEAN: value_types.read_boolean,
    DATE: value_types.read_date,
    DATETIME: value_types.read_day_or_instant,
}
_PHONE_SEPARATORS = str.maketrans("", "", " \u00a0()/.-")
"""Separators that stored phone numbers lack, so that an operand with them would match nothing."""

_ARTICLES = {NUMBER: "a number", BOOLEAN: "a boolean", DATE: "a date", DATETIME: "a date and time"}


class UnfitOperandError(ValueError):
    """The operand does not suit the attribute; the message says what would.

    `entry`: its position in a list, None for the whole.
    """

    def __init__(self, message: str, entry: int | None = None) -> None:
        super().__init__(message)
        self.entry = entry


def read_attribute_operand(
    attribute: Attribute, operator: str, operand: Any, *, phone_region: str | None = None
) -> Any:
    """Validate an operand and return its stored form: of the attribute's type, dates as `YYYY-MM-DD`, instants as ISO
    8601 in UTC.

    Raises UnfitOperandError.
    """
    positive, kind = OPPOSITES.get(operator, operator), OPERATOR_TABLE[operator].kind
    _ensure_has(attribute, operator, kind)
    if attribute.format == PHONE and kind == SEARCH and isinstance(operand, str):
        operand = operand.translate(_PHONE_SEPARATORS) or operand
    single = _reader(attribute, phone_region)
    if single is None or not (kind == EQUALITY or (attribute.type in _OF_TYPE and kind == ORDERING)):
        return _plain(operator, operand)
    if positive not in {ONE_OF, BETWEEN}:
        return single(operand, None)
    entries = operand if type(operand) is list else [operand]
    read = [single(one, number) for number, one in enumerate(entries)]
    return _plain(operator, read if type(operand) is list else operand)


def _ensure_has(attribute: Attribute, operator: str, kind: str) -> None:
    """Raise UnfitOperandError for an operator that the type does not have."""
    without = (SEARCH, ORDERING) if attribute.type == BOOLEAN else (ORDERING,) if attribute.format else ()
    if kind in without:
        type_ = f"of the format {attribute.format}" if attribute.format else "a boolean: true or false"
        raise UnfitOperandError(
            f"{attribute.name} is {type_} and does not support {operator}: use equals or one_of"
        )


def readable_operand(
    attribute: Attribute, operator: str, operand: Any, *, phone_region: str | None = None
) -> Any:
    """Read a stored operand, which may be older than the attribute's type.

    Entries that cannot be read are left out; None if none can.
    """
    if OPPOSITES.get(operator, operator) == ONE_OF and type(operand) is list:
        found = (readable_operand(attribute, EQUALS, one, phone_region=phone_region) for one in operand)
        return [one for one in found if one is not None] or None
    try:
        return read_attribute_operand(attribute, operator, operand, phone_region=phone_region)
    except ValueError:
        return None


def _plain(operator: str, operand: Any) -> Any:
    try:
        return read_operand(operator, operand)
    except ValueError as error:
        raise UnfitOperandError(str(error)) from None


def _reader(attribute: Attribute, phone_region: str | None) -> Callable[[Any, int | None], Any] | None:
    """Return a reader of one operand at its position in a list; None if any scalar is valid."""
    if attribute.format or (attribute.type in {CHOICE, LIST} and attribute.choices):
        return lambda operand, entry: _typed(attribute, operand, entry, phone_region)
    read = _OF_TYPE.get(attribute.type)
    if read is None:
        return None

    def one(operand: Any, entry: int | None) -> Any:
        try:
            return read(operand)
        except ValueError as error:
            message = f"{attribute.name} is {_ARTICLES[attribute.type]}: the value {error}"
            raise UnfitOperandError(message, entry) from None

    return one


def _typed(attribute: Attribute, operand: Any, entry: int | None, phone_region: str | None) -> Any:
    try:
        read = typed(attribute, operand if attribute.type != LIST else [operand], phone_region=phone_region)
    except InvalidInputError as error:
        raise UnfitOperandError(error.message, entry) from None
    if read is None:
        raise UnfitOperandError(
            f"{attribute.name} must be compared with a value; to find customers without one, use empty", entry
        )
    return read[0] if attribute.type == LIST else read
