"""Comparisons of values with what a condition says: of attributes, of properties of events, of what is computed.

A value is read as the operand is: against a number as a number (`"34"` is one), against a date as a date,
against a text without regard to case (Unicode's canonical caseless matching). What cannot be read so passes no
positive comparison. A list passes where one of its entries does. Opposites pass whatever their positive does
not, a missing value too.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from operator import ge, gt, le, lt
from typing import Any

from crm.domain import value_types
from crm.domain.caseless import folded

Test = Callable[[Any], bool]

EQUALS, ONE_OF, CONTAINS, STARTS_WITH, ENDS_WITH = "equals", "one_of", "contains", "starts_with", "ends_with"
GREATER, LESS, AT_LEAST, AT_MOST, BETWEEN = "greater", "less", "at_least", "at_most", "between"
EMPTY, NOT_EMPTY = "empty", "not_empty"
OPPOSITES = {"not_equals": EQUALS, "not_one_of": ONE_OF, "not_contains": CONTAINS, NOT_EMPTY: EMPTY}
ORDERED: dict[str, Callable[[Any, Any], bool]] = {GREATER: gt, LESS: lt, AT_LEAST: ge, AT_MOST: le}
TEXT_OPERATORS = (CONTAINS, STARTS_WITH, ENDS_WITH)
OPERATORS = (EQUALS, ONE_OF, *TEXT_OPERATORS, EMPTY, *OPPOSITES, *ORDERED, BETWEEN)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?\s*", re.ASCII)
_FINDS: dict[str, Callable[[str, str], bool]] = {
    CONTAINS: str.__contains__,
    STARTS_WITH: str.startswith,
    ENDS_WITH: str.endswith,
}


def comparison_of(operator: str, operand: Any = None) -> Test:
    """What a value must pass. `operand` is as `read_operand` answers it."""
    if operator in OPPOSITES:
        passes = comparison_of(OPPOSITES[operator], operand)
        return lambda value: not passes(value)
    if operator == EMPTY:
        return is_empty
    single = _single(operator, operand)
    return lambda value: any(map(single, value)) if type(value) is list else single(value)


def is_empty(value: Any) -> bool:
    """Whether there is no value: null, a blank text, a list or an object without entries."""
    return value is None or value in ([], {}) or (type(value) is str and not value.strip())


def read_operand(operator: str, operand: Any) -> Any:
    """The operand as it is kept: dates as `YYYY-MM-DD`, instants as ISO 8601 in UTC.

    Raises ValueError saying what the operator takes.
    """
    if operator in {EMPTY, NOT_EMPTY}:
        if operand is not None:
            raise ValueError(f"{operator} takes no value")
        return None
    positive = OPPOSITES.get(operator, operator)
    if positive == ONE_OF:
        if type(operand) is not list or not operand or not all(map(_is_scalar, operand)):
            raise ValueError(f"{operator} takes a list of texts or numbers")
        return operand
    if positive == BETWEEN:
        if type(operand) is not list or len(operand) != 2:  # noqa: PLR2004 - from and to
            raise ValueError("between takes two values: the smallest and the largest that pass")
        return _read_pair(operand)
    if positive in ORDERED:
        return _read_ordered(operator, operand)
    if positive in TEXT_OPERATORS and (type(operand) is not str or not folded(operand)):
        raise ValueError(f"{operator} takes a text")
    if not _is_scalar(operand):
        raise ValueError(f"{operator} takes a text, a number, or true or false")
    return operand


def _read_pair(pair: list[Any]) -> list[Any]:
    low, high = (_read_ordered(BETWEEN, end) for end in pair)
    if (type(low) is str) != (type(high) is str):
        raise ValueError("between takes two numbers or two dates")
    order: Callable[[Any], Any] = moment_of if type(low) is str else float
    if order(low) > order(high):
        raise ValueError("between takes the smaller value first")
    return [low, high]


def _read_ordered(operator: str, operand: Any) -> Any:
    if type(operand) in {int, float} and math.isfinite(operand):
        return operand
    if type(operand) is str and (read := read_day_or_instant(operand)) is not None:
        return read
    raise ValueError(f"{operator} takes a number, or a date like 2026-11-21 or 21.11.2026")


def read_day_or_instant(text: str) -> str | None:
    """`2026-11-21` of a date, ISO 8601 in UTC of an instant; None where it is neither."""
    try:
        if len(text.strip()) <= len("21.11.2026"):
            return value_types.read_date(text)
        return value_types.read_datetime(text)
    except ValueError:
        return None


def number_of(value: Any) -> float | None:
    """The number that a value is, or says as a text."""
    if type(value) is int or type(value) is float:
        return value if math.isfinite(value) else None
    if type(value) is str and _NUMBER.fullmatch(value):
        return float(value)
    return None


def moment_of(value: Any) -> int | None:
    """Epoch ms of a date (its midnight in UTC) or an instant, as texts say them."""
    read = read_day_or_instant(value) if type(value) is str else None
    return None if read is None else milliseconds_of(read)


def milliseconds_of(read: str) -> int:
    """Epoch ms of what `read_day_or_instant` answers; below zero before 1970, where many were born."""
    moment = datetime.fromisoformat(read)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


def _is_scalar(value: Any) -> bool:
    return type(value) in {str, int, bool} or (type(value) is float and math.isfinite(value))


def _single(operator: str, operand: Any) -> Test:
    if operator == ONE_OF:
        tests = [_single(EQUALS, one) for one in operand]
        return lambda value: any(test(value) for test in tests)
    if operator == EQUALS:
        return _equal_to(operand)
    if operator in _FINDS:
        found, wanted = _FINDS[operator], folded(operand)
        return lambda value: _is_text(value) and found(folded(str(value)), wanted)
    if operator == BETWEEN:
        least, most = _compared(ge, operand[0]), _compared(le, operand[1])
        return lambda value: least(value) and most(value)
    return _compared(ORDERED[operator], operand)


def _is_text(value: Any) -> bool:
    return type(value) in {str, int, float}


def _equal_to(operand: Any) -> Test:
    if type(operand) is bool:
        return lambda value: _boolean_of(value) is operand
    if type(operand) is str:
        wanted = folded(operand)
        return lambda value: _is_text(value) and folded(str(value)) == wanted
    return lambda value: number_of(value) == operand


def _boolean_of(value: Any) -> bool | None:
    try:
        return value_types.read_boolean(value)
    except ValueError:
        return None


def _compared(compare: Callable[[Any, Any], bool], operand: Any) -> Test:
    if type(operand) is not str:

        def as_number(value: Any) -> bool:
            number = number_of(value)
            return number is not None and compare(number, operand)

        return as_number
    limit = moment_of(operand)
    day = date.fromisoformat(operand) if len(operand) == len("2026-11-21") else None

    def as_moment(value: Any) -> bool:
        read = read_day_or_instant(value) if type(value) is str else None
        if read is None:
            return False
        # Against a day the day counts, whatever the hour.
        return compare(date.fromisoformat(read[:10]), day) if day else compare(milliseconds_of(read), limit)

    return as_moment
