"""Read all cells of a column at once where all are plain, and the others cell by cell."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import ne
from typing import Any

from crm.domain.exports.cells import as_typed
from crm.domain.imports.cells import CachedReader
from crm.domain.value_types import MAX_TEXT_LENGTH, read_text

ColumnCells = Sequence[str]
ReadPlain = Callable[[ColumnCells], Sequence[Any] | None]
"""Reads filled cells; None unless all of them are plainly valid."""

MAX_PLAIN_LENGTH = 64
"""Maximum characters of a cell that a ReadPlain accepts."""

_APOSTROPHES = ("|'", ";'", ",'")
"""Beginnings of cells between `|` that an export may have guarded."""


@dataclass(slots=True)
class Values:
    """The values of a column's cells, None for empty ones, and its problems by position (from 0).

    `longest`: characters of its longest cell, or more.
    """

    values: Sequence[Any]
    wrong: dict[int, str] = field(default_factory=dict)
    has_gaps: bool = True
    longest: int = 0


def _needs_reading(cells: ColumnCells, together: str) -> bool:
    """Return whether a cell has blanks around it, or an apostrophe that an export may have added."""
    if "'" in together and any(mark in together for mark in _APOSTROPHES):
        return True
    return any(map(ne, cells, map(str.strip, cells)))


def read_texts(cells: ColumnCells, longest: int = MAX_TEXT_LENGTH) -> Values:
    """Read the cells as `read_text` does."""
    together = f"|{'|'.join(cells)}|"
    plain = together.isprintable() and not _needs_reading(cells, together)
    if plain and (together.isascii() or unicodedata.is_normalized("NFC", together)):
        has_gaps = "||" in together
        characters = max(map(len, cells))
        if characters <= longest:
            values = [cell or None for cell in cells] if has_gaps else cells
            return Values(values, has_gaps=has_gaps, longest=characters)
    return read_each(cells, CachedReader(lambda cell: read_text(as_typed(cell), longest) or None))


def read_each(cells: ColumnCells, known: CachedReader[str, Any]) -> Values:
    """Read each cell by a function."""
    values = list(map(known.__getitem__, cells))
    wrong: dict[int, str] = {}
    if known.wrong and not known.wrong.keys().isdisjoint(cells):
        wrong = {place: known.wrong[cell] for place, cell in enumerate(cells) if cell in known.wrong}
    return Values(values, wrong, longest=max(map(len, cells)))


def read_plain(cells: ColumnCells, plain: ReadPlain | None, known: CachedReader[str, Any]) -> Values:
    """Read all filled cells at once if they are plain, else each of them."""
    filled = [cell for cell in cells if cell] if "" in cells else cells
    read = plain(filled) if plain and filled else None
    if read is None:
        return read_each(cells, known)
    if filled is cells:
        return Values(read, has_gaps=False, longest=MAX_PLAIN_LENGTH)
    following = iter(read)
    return Values([next(following) if cell else None for cell in cells], longest=MAX_PLAIN_LENGTH)
