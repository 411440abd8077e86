"""Compare values by the operators of conditions: attributes, properties of events, computed values.

These rules hold for values without a definition. A value is read as the operand is, by the readers of
`crm.domain.value_types`: against a number as a number (`"1.234,50"` is one), against a date as a date, against true
and false as a boolean, against a text without regard to case (Unicode's canonical caseless matching). A value that
cannot be read so passes no positive comparison. A list passes where one of its entries does. Opposites pass
everything that their positive does not, a missing value too. Values with a definition are read by it first:
`crm.domain.attribute_reader`.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from crm.domain import value_types
from crm.domain.caseless import folded
from crm.domain.numbers import number_of

Test = Callable[[Any], bool]

EQUALS, ONE_OF, BETWEEN, EMPTY, NOT_EMPTY = "equals", "one_of", "between", "empty", "not_empty"
EQUALITY, SEARCH, ORDERING, PRESENCE = "equality", "search", "order", "presence"
"""Kinds of operators: the same value, a part of a text, a larger or smaller value, any value."""


@dataclass(frozen=True, slots=True)
class _Operator:
    """An operator of conditions and list filters.

    `verb` and `operand` say in the docs which values pass. `compare` tests a value and its operand, of a SEARCH in
    folded texts. `opposite_of`: the operator whose opposite it is.
    """

    kind: str
    verb: str
    operand: str = ""
    compare: Callable[[Any, Any], bool] | None = None
    opposite_of: str | None = None


OPERATOR_TABLE = {
    EQUALS: _Operator(EQUALITY, "is", "this value", eq),
    ONE_OF: _Operator(EQUALITY, "is", "one of these values"),
    "contains": _Operator(SEARCH, "contains", "this text", str.__contains__),
    "starts_with": _Operator(SEARCH, "starts with", "this text", str.startswith),
    "ends_with": _Operator(SEARCH, "ends with", "this text", str.endswith),
    EMPTY: _Operator(PRESENCE, "is missing or blank"),
    "not_equals": _Operator(EQUALITY, "is not", "this value", ne, opposite_of=EQUALS),
    "not_one_of": _Operator(EQUALITY, "is none", "of these values", opposite_of=ONE_OF),
    "not_contains": _Operator(SEARCH, "does not contain", "this text", opposite_of="contains"),
    NOT_EMPTY: _Operator(PRESENCE, "is neither missing nor blank", opposite_of=EMPTY),
    "greater": _Operator(ORDERING, "is greater than", "this number, or after this date", gt),
    "less": _Operator(ORDERING, "is less than", "this number, or before this date", lt),
    "at_least": _Operator(ORDERING, "is at least", "this number, or on or after this date", ge),
    "at_most": _Operator(ORDERING, "is at most", "this number, or on or before this date", le),
    BETWEEN: _Operator(ORDERING, "is from", "the first to the second of two values, both included"),
}
"""The operators. The models of the API, list filters and the docs read this table."""


def _comparisons(*kinds: str) -> dict[str, Callable[[Any, Any], bool]]:
    return {name: row.compare for name, row in OPERATOR_TABLE.items() if row.kind in kinds and row.compare}


OPERATORS = tuple(OPERATOR_TABLE)
OPPOSITES = {name: row.opposite_of for name, row in OPERATOR_TABLE.items() if row.opposite_of}
SEARCHES, ORDERED = _comparisons(SEARCH), _comparisons(ORDERING)
NUMERIC = _comparisons(EQUALITY, ORDERING)
"""Comparisons of counts and amounts with a number."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_LENGTH = len("2026-11-21")
_NUMBER_ONLY = re.compile(r"\s*-?\d+(\.\d+)?\s*", re.ASCII)
_EIGHT_DIGITS = re.compile(r"\s*\d{8}\s*", re.ASCII)


def comparison_of(operator: str, operand: Any = None, *, as_text: bool = False) -> Test:
    """Build the test that a value must pass. `operand` is as `read_operand` returns it.

    `as_text`: the value is declared as a text, so that a date in it equals the same text only.
    """
    if operator in OPPOSITES:
        passes = comparison_of(OPPOSITES[operator], operand, as_text=as_text)
        return lambda value: not passes(value)
    if operator == EMPTY:
        return is_empty
    single = _single(operator, operand, as_text=as_text)
    return lambda value: any(map(single, value)) if type(value) is list else single(value)


def is_empty(value: Any) -> bool:
    """Return whether there is no value: null, a blank text, a list or an object without entries."""
    return value is None or value in ([], {}) or (type(value) is str and not value.strip())


def read_operand(operator: str, operand: Any) -> Any:
    """Validate an operand and return its stored form: dates as `YYYY-MM-DD`, instants as ISO 8601 in UTC.

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
            raise ValueError("between takes two values: the minimum and the maximum")
        return _read_pair(operand)
    if positive in ORDERED:
        return _read_ordered(operator, operand)
    if positive in SEARCHES and (type(operand) is not str or not folded(operand)):
        raise ValueError(f"{operator} takes a text")
    if not _is_scalar(operand):
        raise ValueError(f"{operator} takes a text, a number, or true or false")
    return operand


def _read_pair(pair: list[Any]) -> list[Any]:
    low, high = (_read_ordered(BETWEEN, end) for end in pair)
    if (type(low) is str) != (type(high) is str):
        raise ValueError("between takes two numbers or two dates")
    order: Callable[[Any], Any] = milliseconds_of if type(low) is str else float
    if order(low) > order(high):
        raise ValueError("between takes the smaller value first")
    return [low, high]


def _read_ordered(operator: str, operand: Any) -> Any:
    if type(operand) in {int, float} and math.isfinite(operand):
        return operand
    if type(operand) is str and (read := day_or_instant_of_text(operand)) is not None:
        return read
    raise ValueError(f"{operator} takes a number, or a date like 2026-11-21 or 21.11.2026")


def day_or_instant_of_text(text: str) -> str | None:
    """Return `2026-11-21` for a date in a text, ISO 8601 in UTC for an instant.

    None if it is neither, such as a text of digits alone, which is a number.
    """
    if _NUMBER_ONLY.fullmatch(text) and not _EIGHT_DIGITS.fullmatch(text):
        return None
    return day_or_instant_of(text)


def day_or_instant_of(value: Any) -> str | None:
    """Read a date or an instant from any value; an epoch number is an instant."""
    try:
        return value_types.read_day_or_instant(value)
    except ValueError:
        return None


def operand_text(value: Any) -> str | None:
    """Return a scalar as a text, as exports write it; None for anything else."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is float and value.is_integer():
        return str(int(value))
    return str(value) if type(value) is int or type(value) is float else None


def milliseconds_of(read: str) -> int:
    """Convert what `day_or_instant_of_text` returns to epoch ms, a day to midnight in UTC; below zero before 1970."""
    moment = datetime.fromisoformat(read)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


def _is_scalar(value: Any) -> bool:
    return type(value) in {str, int, bool} or (type(value) is float and math.isfinite(value))


def _single(operator: str, operand: Any, *, as_text: bool) -> Test:
    if operator == ONE_OF:
        return _one_of(operand, as_text=as_text)
    if operator == EQUALS:
        return _one_of([operand], as_text=as_text)
    if operator in SEARCHES:
        found, wanted = SEARCHES[operator], folded(operand)
        return lambda value: (text := operand_text(value)) is not None and found(folded(text), wanted)
    if operator == BETWEEN:
        least, most = _compared(ge, operand[0]), _compared(le, operand[1])
        return lambda value: least(value) and most(value)
    return _compared(ORDERED[operator], operand)


def _one_of(operands: list[Any], *, as_text: bool) -> Test:
    texts = frozenset(folded(one) for one in operands if type(one) is str)
    tests = [test for one in operands if (test := _typed_equality(one, as_text=as_text))]

    def is_text(value: Any) -> bool:
        return (text := operand_text(value)) is not None and folded(text) in texts

    if not texts and len(tests) == 1:
        return tests[0]
    if not tests:
        return is_text
    return lambda value: is_text(value) or any(test(value) for test in tests)


def _typed_equality(operand: Any, *, as_text: bool) -> Test | None:
    """Build the test that a value is the same boolean, number or date; None if only a text can be the same."""
    if type(operand) is bool:
        return lambda value: _boolean_of(value) is operand
    if type(operand) is not str:
        return lambda value: number_of(value) == operand
    read = None if as_text else day_or_instant_of_text(operand)
    return None if read is None else _compared(eq, read)


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
    # Compared with a day, only the day of a moment counts.
    is_day = len(operand) == _DAY_LENGTH
    limit: Any = operand if is_day else milliseconds_of(operand)

    def as_moment(value: Any) -> bool:
        read = day_or_instant_of(value)
        return read is not None and compare(read[:_DAY_LENGTH] if is_day else milliseconds_of(read), limit)

    return as_moment
