"""Read one cell as a value, by the target of its column."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

from crm.domain.attribute import BOOLEAN, DATE, DATETIME, NUMBER, Attribute, typed
from crm.domain.errors import InvalidInputError
from crm.domain.imports.consent_words import choice_meant, read_yes_or_no
from crm.domain.imports.dates import DateReader, is_undated
from crm.domain.imports.numbers import read_number_cell
from crm.domain.times import iso
from crm.domain.value_types import read_text

K = TypeVar("K")
V = TypeVar("V")
ReadCell = Callable[[str], Any]
"""Reads a value, None for an empty cell. Raises ValueError that says what would be right, without the cell's text."""

MAX_ATTRIBUTES_BYTES = 32_768
"""Maximum bytes of JSON, as in an edit: an activity must fit an item."""

BIRTHDAY = "birthday"
_MAX_HOUSE_NUMBER_LENGTH = 6
_MAX_CACHED = 50_000


class CachedReader(dict[K, V], Generic[K, V]):
    """A cache of a function's results by its argument: many cells of a column are equal.

    `wrong` holds the arguments for which the function raised ValueError, with its text; their result is None.
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

    def trim(self) -> None:
        """Clear the cache if it has become too large."""
        if len(self) > _MAX_CACHED:
            self.clear()
            self.wrong.clear()


def is_blank(cell: str) -> bool:
    """Return whether a cell has no visible character."""
    return not cell or cell.isspace()


def read_profile_id(cell: str) -> str | None:
    """Return a profile id in its stored form; None for a text that cannot be one."""
    try:
        return str(UUID(cell.strip()))
    except ValueError:
        return None


def attribute_reader(attribute: Attribute | None, dates: DateReader, decimal_mark: str | None) -> ReadCell:
    """Return a reader of an attribute's cells: as `crm.domain.attribute.typed`, with more formats.

    It also reads what `dates`, the decimal mark, and other languages allow. An undeclared attribute (None) is a text.
    """
    read = _reader(attribute, dates, decimal_mark)

    def read_cell(text: str) -> Any:
        return None if is_blank(text) else read(text)

    return read_cell


def property_reader(*, number: bool, decimal_mark: str | None) -> ReadCell:
    """Return a reader of a property: a number where the column has numbers, else the text."""

    def read_cell(text: str) -> Any:
        if is_blank(text):
            return None
        try:
            return read_number_cell(text, decimal_mark) if number else read_text(text, MAX_ATTRIBUTES_BYTES)
        except ValueError:
            return read_text(text, MAX_ATTRIBUTES_BYTES)

    return read_cell


def _reader(attribute: Attribute | None, dates: DateReader, decimal_mark: str | None) -> ReadCell:
    if attribute is None:
        return lambda text: read_text(text, MAX_ATTRIBUTES_BYTES)
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


def join_cells(first: str, second: str) -> str:
    """Join two cells to one text: a short number follows a blank, any other text a comma."""
    begin, rest = first.strip(), second.strip()
    if not begin or not rest:
        return begin or rest
    is_number = rest[0].isdigit() and len(rest) <= _MAX_HOUSE_NUMBER_LENGTH
    return f"{begin} {rest}" if is_number else f"{begin}, {rest}"
