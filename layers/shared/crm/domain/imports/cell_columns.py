"""All cells of a column at once: what is plainly fine is taken as it is, and only the rest cell by cell."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.domain.exports.cells import as_typed
from crm.domain.identity import EMAIL, PHONE, normalise, plain_emails
from crm.domain.imports.cells import Remembering, is_blank
from crm.domain.imports.spreadsheet_damage import DAMAGED_ID, is_rounded
from crm.domain.value_types import LONGEST_TEXT, read_text

WITHOUT_COUNTRY, UNREADABLE_PHONE = "phone_without_country", "unreadable_phone"
"""Warnings about phones that are kept as texts: national ones that no region is known for, and what is no number."""

Cells = Sequence[str]
Warnings = Counter[str]
ReadPlain = Callable[[Cells], Sequence[Any] | None]
"""The values of cells that are filled; None unless all of them are plainly right."""

LONGEST_PLAIN = 64
"""Characters of what a ReadPlain takes."""

_NOT_AN_EMAIL = "must be an email address like ada@example.com"
_NEEDS_READING = (" |", "| ", "|'", ";'", ",'")
"""Blanks around a cell, or an apostrophe that an export may have added; cells stand between `|`."""

_PLUS = ("+", "\uff0b")


@dataclass(slots=True)
class Values:
    """Of the cells of a column, None for empty ones; and what is wrong, by place (from 0). `longest`: characters of
    its longest cell, or more."""

    values: Sequence[Any]
    wrong: dict[int, str] = field(default_factory=dict)
    has_gaps: bool = True
    longest: int = 0


def read_texts(cells: Cells, longest: int = LONGEST_TEXT) -> Values:
    """As `read_text` does."""
    together = f"|{'|'.join(cells)}|"
    plain = together.isprintable() and not any(mark in together for mark in _NEEDS_READING)
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


def read_emails(cells: Cells) -> Values:
    """As identities of type email are kept."""
    return read_plain(cells, plain_emails, Remembering(_email))


def _email(cell: str) -> str | None:
    if is_blank(cell):
        return None
    identity = normalise(EMAIL, as_typed(cell))
    if identity is None:
        raise ValueError(_NOT_AN_EMAIL)
    return identity.value


def read_phones(cells: Cells, region: str | None, warnings: Warnings) -> tuple[Values, Sequence[str | None]]:
    """Phones as identities are kept, the others as texts; and the numbers among them, None for
    each other cell, nothing if there are none at all."""
    texts = _without_rounded(read_texts(cells), warnings)
    written = [text for text in texts.values if text]
    if region is None and not any(plus in "".join(written) for plus in _PLUS):
        warnings[WITHOUT_COUNTRY] += len(written)
        return texts, ()
    known: Remembering[str, str | None] = Remembering(lambda text: _phone(text, region))
    numbers = [known[text] if text else None for text in texts.values]
    for text, number in zip(texts.values, numbers, strict=True):
        if text and number is None:
            warnings[
                UNREADABLE_PHONE if region or any(plus in text for plus in _PLUS) else WITHOUT_COUNTRY
            ] += 1
    values = [number or text for text, number in zip(texts.values, numbers, strict=True)]
    return Values(values, texts.wrong, longest=texts.longest), numbers


def _without_rounded(texts: Values, warnings: Warnings) -> Values:
    """Numbers in scientific notation are nobody's: they are left out."""
    rounded = sum(is_rounded(text) for text in texts.values if text)
    if not rounded:
        return texts
    warnings[DAMAGED_ID] += rounded
    values = [None if text and is_rounded(text) else text for text in texts.values]
    return Values(values, texts.wrong, longest=texts.longest)


def _phone(text: str, region: str | None) -> str | None:
    identity = normalise(PHONE, text, phone_region=region)
    return identity.value if identity else None
