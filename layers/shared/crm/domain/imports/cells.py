"""One cell as a value, by what its column fills."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

from crm.domain.attribute import BOOLEAN, DATE, DATETIME, NUMBER, Attribute, typed
from crm.domain.errors import InvalidInputError
from crm.domain.imports.dates import DateReader, is_undated
from crm.domain.imports.numbers import read_number_cell
from crm.domain.imports.words import choice_meant, read_yes_or_no
from crm.domain.times import iso
from crm.domain.value_types import read_text

K = TypeVar("K")
V = TypeVar("V")
ReadCell = Callable[[str], Any]
"""The value, None for an empty cell. Raises ValueError that says what would be right, without the cell's own text."""

LARGEST_ATTRIBUTES = 32_768
"""Bytes of JSON, as in an edit: an activity must fit an item."""

BIRTHDAY = "birthday"
_LONGEST_HOUSE_NUMBER = 6
_MOST_REMEMBERED = 50_000


class Remembering(dict[K, V], Generic[K, V]):
    """Answers of a function by its argument, worked out once: many cells of a column are alike.

    `wrong` holds the arguments that the function raised ValueError for, with its text; their answer is None.
    """

    def __init__(self, work_out: Callable[[K], V]) -> None:
        super().__init__()
        self._work_out = work_out
        self.wrong: dict[K, str] = {}

    def __missing__(self, argument: K) -> V | None:
        try:
            answer = self._work_out(argument)
        except ValueError as error:
            self.wrong[argument] = str(error)
            return self.setdefault(argument, None)  # type: ignore[arg-type]
        return self.setdefault(argument, answer)

    def forget_many(self) -> None:
        """Forget all if it has become too many to keep."""
        if len(self) > _MOST_REMEMBERED:
            self.clear()
            self.wrong.clear()


def is_blank(cell: str) -> bool:
    """Whether there is nothing in it that can be seen."""
    return not cell or cell.isspace()


def read_profile_id(cell: str) -> str | None:
    """An id of ours as it is kept; None for what cannot be one."""
    try:
        return str(UUID(cell.strip()))
    except ValueError:
        return None


def attribute_reader(attribute: Attribute | None, dates: DateReader, decimal_mark: str | None) -> ReadCell:
    """Reads as `crm.domain.attribute.typed` does, and beyond it what `dates`, the decimal mark, and other languages
    allow. What is not declared (None) is a text."""
    read = _reader(attribute, dates, decimal_mark)

    def read_cell(text: str) -> Any:
        return None if is_blank(text) else read(text)

    return read_cell


def property_reader(*, number: bool, decimal_mark: str | None) -> ReadCell:
    """A property: a number where the column has such, else the text."""

    def read_cell(text: str) -> Any:
        if is_blank(text):
            return None
        try:
            return read_number_cell(text, decimal_mark) if number else read_text(text, LARGEST_ATTRIBUTES)
        except ValueError:
            return read_text(text, LARGEST_ATTRIBUTES)

    return read_cell


def _reader(attribute: Attribute | None, dates: DateReader, decimal_mark: str | None) -> ReadCell:
    if attribute is None:
        return lambda text: read_text(text, LARGEST_ATTRIBUTES)
    if attribute.type == NUMBER:
        return lambda text: read_number_cell(text, decimal_mark)
    if attribute.type == BOOLEAN:
        return read_yes_or_no
    if attribute.type == DATE:
        read = dates.past_date if attribute.name == BIRTHDAY else dates.date
        return lambda text: None if is_undated(text) else read(text)
    if attribute.type == DATETIME:
        return lambda text: None if is_undated(text) else iso(dates.instant(text))
    return lambda text: _typed(attribute, text)


def _typed(attribute: Attribute, text: str) -> Any:
    try:
        return typed(attribute, choice_meant(attribute, text))
    except InvalidInputError as error:
        raise ValueError(error.message.removeprefix(f"{attribute.name} ")) from None


def joined(first: str, second: str) -> str:
    """Two cells that make one text: a short number follows after a blank, all else after a comma."""
    begin, rest = first.strip(), second.strip()
    if not begin or not rest:
        return begin or rest
    is_number = rest[0].isdigit() and len(rest) <= _LONGEST_HOUSE_NUMBER
    return f"{begin} {rest}" if is_number else f"{begin}, {rest}"
