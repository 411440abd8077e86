"""Compare the cells of a returned export: which were edited, and which a spreadsheet changed by itself."""

from collections.abc import Collection
from datetime import UTC
from math import isclose
from typing import Any

from crm.domain.exports.cells import as_typed, cell
from crm.domain.exports.columns import attribute_column
from crm.domain.imports.consent_words import read_yes_or_no
from crm.domain.imports.dates import DateReader
from crm.domain.imports.spreadsheet_damage import is_damaged, rounds_to
from crm.domain.imports.target import ATTRIBUTE, CONSENT, IDENTITY, TAGS_TARGET, Target
from crm.domain.numbers import COMMA, POINT
from crm.domain.value_types import read_number

UNEDITED, CELL_EDITED, DAMAGED = "unedited", "edited", "damaged"

_DIGITS = 1e-14
"""Relative precision of a number: spreadsheets keep 15 digits."""


def exported_column(target: Target, own: Collection[str]) -> str | None:
    """Return the column of an export for a target; None if there is none. `own`: `exports.columns.own_columns`."""
    name = target.name or ""
    if target.to == ATTRIBUTE:
        return attribute_column(name, own)
    if target.to == CONSENT:
        return f"consent:{name}"
    return name if target.to == IDENTITY else TAGS_TARGET if target.to == TAGS_TARGET else None


def compared(text: str, value: Any) -> str:
    """Compare a cell with `value`, the column's current value, None if it is empty.

    Dates and numbers in another country's format are unedited, as are TRUE and FALSE.
    """
    if value is None:
        return CELL_EDITED
    now, before = _plain(as_typed(text)), _plain(cell(value))
    if now == before or _plain(text) == before or _means_the_same(now, value):
        return UNEDITED
    damaged = (
        is_damaged(now, before) if isinstance(value, str) else _is_number(value) and rounds_to(now, before)
    )
    return DAMAGED if damaged else CELL_EDITED


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _means_the_same(text: str, value: Any) -> bool:
    if isinstance(value, bool):
        return _reads(lambda: read_yes_or_no(text)) is value
    if _is_number(value):
        numbers = (_reads(lambda mark=mark: read_number(text, mark)) for mark in (POINT, COMMA))
        return any(number is not None and isclose(number, value, rel_tol=_DIGITS) for number in numbers)
    if isinstance(value, str) and _is_date(value):
        dates = (
            _reads(lambda first=first: DateReader(None, first, UTC).date(text)) for first in (True, False)
        )
        return value in dates
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(value: str) -> bool:
    return (
        len(value) == len("2026-11-21") and _reads(lambda: DateReader(None, None, UTC).date(value)) == value
    )


def _reads(read: Any) -> Any:
    """Return the result of a reader, None if it raises ValueError."""
    try:
        return read()
    except ValueError:
        return None
