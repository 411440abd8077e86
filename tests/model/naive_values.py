"""Comparisons of values, from the meaning of the words alone: for `tests.model.naive_segments`."""

from __future__ import annotations

import operator as op
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tests.model.naive_dates import date_of, instant_of

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "greater": op.gt,
    "less": op.lt,
    "at_least": op.ge,
    "at_most": op.le,
    "equals": op.eq,
    "not_equals": op.ne,
}


def passes(value: Any, operator: str, operand: Any) -> bool:
    """Whether a value passes a comparison; of a list, whether one of its entries does."""
    if operator.startswith("not_"):
        return not passes(value, operator.removeprefix("not_"), operand)
    if operator == "empty":
        return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
    return any(_one(entry, operator, operand) for entry in (value if isinstance(value, list) else [value]))


def _one(value: Any, operator: str, operand: Any) -> bool:
    if operator == "one_of":
        return any(_one(value, "equals", choice) for choice in operand)
    if operator == "between":
        return _one(value, "at_least", operand[0]) and _one(value, "at_most", operand[1])
    if operator in ("contains", "starts_with", "ends_with"):
        text, part = _text(value), _caseless(operand)
        if text is None:
            return False
        return {
            "contains": part in text,
            "starts_with": text.startswith(part),
            "ends_with": text.endswith(part),
        }[operator]
    if operator == "equals":
        return _equal(value, operand)
    return _ordered(value, operator, operand)


def _equal(value: Any, operand: Any) -> bool:
    if isinstance(operand, bool):
        said = str(value).strip().lower() if isinstance(value, str | int) else ""
        return said in (("true", "yes", "on", "1") if operand else ("false", "no", "off", "0"))
    if isinstance(operand, str):
        return _text(value) == _caseless(operand)
    number = decimal_of(value)
    return number is not None and number == Decimal(str(operand))


def _ordered(value: Any, operator: str, operand: Any) -> bool:
    if isinstance(operand, str):
        if not isinstance(value, str) or instant_of(value) is None:
            return False
        if len(operand) == len("2026-11-21"):
            return ORDER[operator](date_of(value), date_of(operand))
        return ORDER[operator](instant_of(value), instant_of(operand))
    number = decimal_of(value)
    return number is not None and compare_numbers(Fraction(number), operator, operand)


def compare_numbers(value: Fraction, operator: str, operand: Any) -> bool:
    if operator == "between":
        return Fraction(str(operand[0])) <= value <= Fraction(str(operand[1]))
    return ORDER[operator](value, Fraction(str(operand)))


def decimal_of(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    with suppress(InvalidOperation):
        number = Decimal(str(value).strip())
        return number if number.is_finite() else None
    return None


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return _caseless(str(value))


def _caseless(text: str) -> str:
    """Case and composition aside: every letter in full lower case, accents taken apart."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return " ".join(apart.split())


def values_at(properties: dict[str, Any], path: str) -> list[Any]:
    """All values at a path: a name, or names with dots between them that go through objects and lists."""
    if path in properties:
        value = properties[path]
        return value if isinstance(value, list) else [value]
    return list(_walk(properties, path.split(".")))


def _walk(value: Any, names: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for entry in value:
            yield from _walk(entry, names)
    elif not names:
        yield value
    elif isinstance(value, dict) and names[0] in value:
        yield from _walk(value[names[0]], names[1:])
