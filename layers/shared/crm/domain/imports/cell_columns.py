"""All cells of a column at once: what is plainly fine is taken as it is, and only the rest cell by cell."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import ne
from typing import Any

from crm.domain.exports.cells import as_typed
from crm.domain.imports.cells import Remembering
from crm.domain.value_types import LONGEST_TEXT, read_text

Cells = Sequence[str]
ReadPlain = Callable[[Cells], Sequence[Any] | None]
"""The values of cells that are filled; None unless all of them are plainly right."""

LONGEST_PLAIN = 64
"""Characters of what a ReadPlain takes."""

_APOSTROPHES = ("|'", ";'", ",'")
"""Where cells begin, which stand between `|`."""


@dataclass(slots=True)
class Values:
    """Of the cells of a column, None for empty ones; and what is wrong, by place (from 0). `longest`: characters of
    its longest cell, or more."""

    values: Sequence[Any]
    wrong: dict[int, str] = field(default_factory=dict)
    has_gaps: bool = True
    longest: int = 0


def _needs_reading(cells: Cells, together: str) -> bool:
    """Whether there are blanks around a cell, or an apostrophe that an export may have added."""
    if "'" in together and any(mark in together for mark in _APOSTROPHES):
        return True
    return any(map(ne, cells, map(str.strip, cells)))


def read_texts(cells: Cells, longest: int = LONGEST_TEXT) -> Values:
    """As `read_text` does."""
    together = f"|{'|'.join(cells)}|"
    plain = together.isprintable() and not _needs_reading(cells, together)
    if plain and (together.isascii() or unicodedata.is_normalized("NFC", together)):
        has_gaps = "||" in together
        characters = max(map(len, cells))
        if characters <= longest:
            values = [cell or None for cell in cells] if has_gaps else cells
            return Values(values, has_gaps=has_gaps, longest=characters)
    return read_each(cells, Remembering(lambda cell: read_text(as_typed(cell), longest) or None))


def read_each(cells: Cells, known: Remembering[str, Any]) -> Values:
    """By a function of each cell."""
    values = list(map(known.__getitem__, cells))
    wrong: dict[int, str] = {}
    if known.wrong and not known.wrong.keys().isdisjoint(cells):
        wrong = {place: known.wrong[cell] for place, cell in enumerate(cells) if cell in known.wrong}
    return Values(values, wrong, longest=max(map(len, cells)))


def read_plain(cells: Cells, plain: ReadPlain | None, known: Remembering[str, Any]) -> Values:
    """All that are filled at once if they are plain, else each of them."""
    filled = [cell for cell in cells if cell] if "" in cells else cells
    read = plain(filled) if plain and filled else None
    if read is None:
        return read_each(cells, known)
    if filled is cells:
        return Values(read, has_gaps=False, longest=LONGEST_PLAIN)
    following = iter(read)
    return Values([next(following) if cell else None for cell in cells], longest=LONGEST_PLAIN)
