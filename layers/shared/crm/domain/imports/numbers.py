"""Numbers in columns of files: the decimal mark of a column, and whether its cells are numbers at all."""

import re
from collections.abc import Sequence

from crm.domain.numbers import COMMA, POINT, AmbiguousNumberError, decimal_mark_of
from crm.domain.repetition import repeated
from crm.domain.value_types import read_number

_LEADING_ZERO = re.compile(r"[+-]?0\d|\+")
_ONE_PLAIN = r"-?[0-9]{1,15}+(?>(?:\.[0-9]{1,15}+)?)"
_PLAIN = re.compile(_ONE_PLAIN + repeated(rf"\n{_ONE_PLAIN}"))


def decimal_mark(samples: Sequence[str]) -> str | None:
    """Return the decimal mark that the samples of a column show; None if they do not."""
    marks = [decimal_mark_of(sample) for sample in samples]
    commas, points = marks.count(COMMA), marks.count(POINT)
    return None if commas == points else COMMA if commas > points else POINT


def looks_like_numbers(samples: Sequence[str], mark: str | None) -> bool:
    """Return whether all are numbers, and none an id that would lose its leading zeros as one."""
    return bool(samples) and all(_is_number(sample, mark or decimal_mark(samples)) for sample in samples)


def _is_number(text: str, mark: str | None) -> bool:
    try:
        read_number(text, mark)
    except ValueError:
        return False
    return _LEADING_ZERO.match(text.strip()) is None


def read_number_cell(text: str, mark: str | None) -> int | float:
    """Read a number by the decimal mark of its column. Raises ValueError saying what would be right."""
    try:
        return read_number(text, mark)
    except AmbiguousNumberError:
        raise ValueError(
            "is ambiguous: set decimal_mark, which decides whether 1,234 is 1234 or 1.234"
        ) from None


def plain_numbers(texts: Sequence[str]) -> list[int | float] | None:
    """Return the numbers if all are plain, with a decimal point if any, and at most 15 digits; else None."""
    lines = "\n".join(texts)
    if lines.count("\n") != len(texts) - 1 or not _PLAIN.fullmatch(lines):
        return None
    if "." not in lines:
        return list(map(int, texts))
    return [int(number) if number.is_integer() else number for number in map(float, texts)]
