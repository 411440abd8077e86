"""Tags of rows: those of their cells, and those of the mapping for all rows."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from crm.domain import tag
from crm.domain.errors import InvalidInputError
from crm.domain.exports.cells import as_typed
from crm.domain.imports.cells import CachedReader
from crm.domain.imports.parsed_column import INVALID_TAG, Fill, ParsedColumn
from crm.domain.imports.plan import Column, ReadPlan
from crm.domain.imports.target import TAGS_TARGET
from crm.domain.list_text import separated

_Tags = tuple[str, ...]

_SEPARATORS = (":::", ";", "|", "\n")
"""Separators, the surest first; without any of them, a comma. `:::` is Google's."""

_QUOTED = re.compile(r'\s*"[^"]*"(?:\s*,\s*"[^"]*")*\s*')
_IN_QUOTES = re.compile(r'"([^"]*)"')

_OF_SYSTEM = "* "
"""Prefix of the names of Google's own groups: "* myContacts"."""


def tag_fillers(plan: ReadPlan) -> Iterator[Fill]:
    """Yield a filler for tags, if there are columns for them."""
    if tagging := plan.filling(TAGS_TARGET):
        yield _tag_filler(plan, tagging)


def _tag_filler(plan: ReadPlan, columns: Sequence[Column]) -> Fill:
    """Return a filler of names of tags, each once, those of all rows first."""

    def read(cells: tuple[str, ...]) -> _Tags:
        names = [*plan.tags, *(name for cell in cells for name in split_tags(as_typed(cell)))]
        unique: dict[str, str] = {}
        for name in names:
            unique.setdefault(tag.folded_name(name), name)
        return tuple(unique.values())

    known = CachedReader(read)

    def fill(found: ParsedColumn) -> None:
        cells = _together(found, columns)
        found.tags = [known[each] or () for each in cells]
        _report_invalid(found, known, cells, columns, INVALID_TAG)
        known.trim()

    return fill


def split_tags(cell: str) -> list[str]:
    """Split a cell, as exported by this project, Mailchimp, Google or Mautic. Raises ValueError."""
    separator = next((mark for mark in _SEPARATORS if mark in cell), None)
    found = cell.split(separator) if separator and not cell.startswith("[") else _by_commas(cell)
    parts = (part.strip().strip('"').strip() for part in found)
    try:
        return [tag.valid_tag_name(part) for part in parts if part and not part.startswith(_OF_SYSTEM)]
    except InvalidInputError as error:
        raise ValueError(f"must contain names of tags: {error.message}") from None


def _by_commas(cell: str) -> list[str]:
    """Split at commas; where each name is in quotes, as Mailchimp writes them, its own commas stay."""
    return _IN_QUOTES.findall(cell) if _QUOTED.fullmatch(cell) else list(separated(cell))


def _together(found: ParsedColumn, columns: Sequence[Column]) -> Sequence[tuple[str, ...]]:
    return list(zip(*(found.columns[column.index] for column in columns), strict=True))


def _report_invalid(
    found: ParsedColumn,
    known: CachedReader[tuple[str, ...], Any],
    cells: Sequence[tuple[str, ...]],
    columns: Sequence[Column],
    code: str,
) -> None:
    if not known.wrong or known.wrong.keys().isdisjoint(cells):
        return
    names = " and ".join(column.name for column in columns)
    for place, each in enumerate(cells):
        if each in known.wrong:
            found.problems.setdefault(place, (code, f"{names} {known.wrong[each]}"))
