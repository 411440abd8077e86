"""Comparisons of values, without the product's code: for `tests.model.naive_segments`."""

from __future__ import annotations

import operator as op
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tests.model.naive_dates import WrittenDate, is_written, read_date

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "greater": op.gt,
    "less": op.lt,
    "at_least": op.ge,
    "at_most": op.le,
    "equals": op.eq,
    "not_equals": op.ne,
}


def passes(value: Any, operator: str, operand: Any, *, dates_equal: bool = True) -> bool:
    """Return whether a value, or one entry of a list, passes a comparison.

    With `dates_equal`, dates in different formats are equal.
    """
    if operator.startswith("not_"):
        return not passes(value, operator.removeprefix("not_"), operand, dates_equal=dates_equal)
    if operator == "empty":
        return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
    entries = value if isinstance(value, list) else [value]
    return any(_one(entry, operator, operand, dates_equal=dates_equal) for entry in entries)


def _one(value: Any, operator: str, operand: Any, *, dates_equal: bool) -> bool:
    if operator == "one_of":
        return any(_equal(value, choice, dates_equal=dates_equal) for choice in operand)
    if operator == "between":
        return _ordered(value, "at_least", operand[0]) and _ordered(value, "at_most", operand[1])
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
        return _equal(value, operand, dates_equal=dates_equal)
    return _ordered(value, operator, operand)


def _equal(value: Any, operand: Any, *, dates_equal: bool) -> bool:
    if isinstance(operand, bool):
        given = str(value).strip().lower() if isinstance(value, str | int) else ""
        return given in (("true", "yes", "on", "1") if operand else ("false", "no", "off", "0"))
    if isinstance(operand, str):
        if value is not None and _text(value) == _caseless(operand):
            return True
        return dates_equal and is_written(operand) and _ordered(value, "equals", operand)
    number = decimal_of(value)
    return number is not None and number == Decimal(str(operand))


def _ordered(value: Any, operator: str, operand: Any) -> bool:
    if isinstance(operand, str):
        given, limit = read_date(value), read_date(operand)
        if given is None or limit is None:
            return False
        if limit.is_day:
            return ORDER[operator](given.day, limit.day)
        return ORDER[operator](
            WrittenDate(datetime.combine(given.day, time.min), True).instant
            if given.is_day
            else given.instant,
            limit.instant,
        )
    number = decimal_of(value)
    return number is not None and compare_numbers(Fraction(number), operator, operand)


def compare_numbers(value: Fraction, operator: str, operand: Any) -> bool:
    if operator == "between":
        return Fraction(str(operand[0])) <= value <= Fraction(str(operand[1]))
    return ORDER[operator](value, Fraction(str(operand)))


def decimal_of(value: Any) -> Decimal | None:
    """Return a value as a number, which a text may contain as people write it, or None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    bare = text.strip("€$£").removesuffix("EUR").removeprefix("EUR").strip()
    with suppress(InvalidOperation):
        number = Decimal(_with_point(bare, is_money=bare != text))
        return number if number.is_finite() and "_" not in bare else None
    return None


def _with_point(text: str, *, is_money: bool) -> str:
    """Return the number with a decimal point, or an empty text if a mark is ambiguous."""
    for blank in (" ", "\u202f", "'"):
        text = text.replace(blank, "")
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text
    mark, other = (text[last], "," if text[last] == "." else ".")
    before, behind = text[:last].lstrip("+-"), text[last + 1 :]
    if text.count(mark) > 1:
        return text.replace(mark, "")
    if other in text:
        return text.replace(other, "").replace(mark, ".")
    doubtful = len(behind) == 3 and behind.isdigit() and 1 <= len(before) <= 3 and before[0] != "0"
    if doubtful and (mark == "," or is_money):
        return ""
    return text.replace(mark, ".")


def text_of(value: Any) -> str | None:
    """Return a number, a text or a boolean as a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None


def _text(value: Any) -> str | None:
    text = text_of(value)
    return None if text is None else _caseless(text)


def spelled(value: str | float) -> str:
    """Return the text of a value, in lower case; `5.0` is `5`."""
    if isinstance(value, bool):
        return str(value).lower()
    return _caseless(str(int(value) if isinstance(value, float) and value == int(value) else value))


def _caseless(text: str) -> str:
    """Return the text with each letter in full lower case and accents decomposed."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return " ".join(apart.split())


def values_at(properties: dict[str, Any], path: str) -> list[Any]:
    """Return all values at a path: names with dots between them, through objects and lists."""
    if path in properties:
        value = properties[path]
        return value if isinstance(value, list) else [value]
    return list(_walk(properties, path.split(".")))


def _walk(value: Any, names: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        if names and names[0].isdigit():
            place = int(names[0])
            yield from (_walk(value[place], names[1:]) if place < len(value) else ())
        else:
            for entry in value:
                yield from _walk(entry, names)
    elif not names:
        yield value
    elif isinstance(value, dict) and names[0] in value:
        yield from _walk(value[names[0]], names[1:])
