"""Read cells with email addresses and phone numbers: one, several, or one among other text."""

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Sequence

from crm.domain.exports.cells import as_typed
from crm.domain.identity import EMAIL, PHONE, normalise, plain_emails
from crm.domain.imports.cell_columns import ColumnCells, Values, read_plain, read_texts
from crm.domain.imports.cells import CachedReader, is_blank
from crm.domain.imports.cleaned_cells import without_hidden
from crm.domain.imports.consent_words import NO, UNDECIDED, consent_meaning
from crm.domain.imports.spreadsheet_damage import DAMAGED_ID, is_rounded
from crm.domain.placeholders import is_junk

WITHOUT_COUNTRY, UNREADABLE_PHONE = "phone_without_country", "unreadable_phone"
"""Warnings about phones that are kept as texts: national ones without a known region, and invalid numbers."""

Several = tuple[str, ...]
Warnings = Counter[str]

_MAX_CELL_LENGTH, _MAX_PHONE_LENGTH = 2_000, 100
MAX_IN_CELL = 20
"""Maximum addresses or numbers that are read from one cell."""

_NOT_AN_EMAIL = "must be an email address like ada@example.com"
_PLUS = ("+", "\uff0b")
_IN_ADDRESS = r"""[^\s<>()\[\]{},;:|"'/\\=?&@]"""
_ADDRESS = re.compile(f"(?<!{_IN_ADDRESS}){_IN_ADDRESS}+@{_IN_ADDRESS}+")
_NAMED = re.compile(r"<(?:mailto:)?[^<>@]+@[^<>@]+>", re.IGNORECASE)
_BLANK_AT = re.compile(r"\s*@\s*")
_BESIDE = re.compile(
    r"""mailto:|e-?mails?:|\?\S*|\([^()@]*\)|\b[\w -]{1,20}:|[\s,;:|"'<>()\[\]{}/\\&+*]"""
    r"|\b(?:and|or|und|oder|et|ou|y|o|e|i|en|of|a|lub|oraz|nebo)\b",
    re.IGNORECASE,
)
_BETWEEN_PHONES = re.compile(
    r":::|;|\n|\||,|/|\s(?:or|oder|ou|o|lub|of|and|und|et|y|e|i|en)\s", re.IGNORECASE
)
_AROUND_PHONE = re.compile(r"\A[^\W\d_]+[.:]*\s+|\A[^\W\d_]+[.:]+|\s+\(?[^\W\d_][^\d()+]*\)?\Z")
"""A word before a number or after it: `Tel.: `, ` (privat)`."""

_CODED = re.compile(r"[1-9]\d{9,14}", re.ASCII)
_ABROAD = re.compile(r"\s*\(?00\)?(?=[\s(/.-]*[1-9])")
_ANY_ABROAD = re.compile(r"^[ \t]*\(?00\)?[ \t(/.-]*[1-9]", re.MULTILINE)


def read_emails(cells: ColumnCells, placeholders: Collection[str] = ()) -> tuple[Values, dict[int, Several]]:
    """Normalise the first email of each cell; return also the further ones, by position."""
    known: CachedReader[str, Several] = CachedReader(lambda cell: emails_in(cell, placeholders))

    def plain(texts: ColumnCells) -> list[str] | None:
        emails = plain_emails(texts)
        return emails if emails and not (placeholders and set(placeholders).intersection(emails)) else None

    read = read_plain(cells, plain, known)
    if not known:
        return read, {}
    several = [value if isinstance(value, tuple) else (value,) for value in read.values]
    values = [value[0] if value else None for value in several]
    more = {place: value[1:] for place, value in enumerate(several) if value and len(value) > 1}
    return Values(values, read.wrong, longest=read.longest), more


def emails_in(cell: str, placeholders: Container[str] = ()) -> Several:
    """Return the email addresses of a cell. Raises ValueError if it holds other text."""
    text = without_hidden(as_typed(cell)).strip()
    if is_blank(text):
        return ()
    if identity := normalise(EMAIL, text, placeholders=placeholders):
        return (identity.value,)
    if text.lower() in placeholders:
        return ()
    if len(text) > _MAX_CELL_LENGTH:
        raise ValueError(_NOT_AN_EMAIL)
    if "@" in text and is_junk(text):
        return ()
    if "@" not in text and consent_meaning(text) in (UNDECIDED, NO):
        return ()
    found = _addresses(text, placeholders)
    if found is None:
        found = _addresses(_BLANK_AT.sub("@", text), placeholders)
    if found is None:
        raise ValueError(_NOT_AN_EMAIL)
    return found


def _addresses(text: str, placeholders: Container[str]) -> Several | None:
    """Return all addresses but placeholders, if only names and separators are between them; else None."""
    written = list(dict.fromkeys(each.strip(".-_*") for each in _ADDRESS.findall(text)))[:MAX_IN_CELL]
    valid = [each for each in written if not is_junk(each) and each.lower() not in placeholders]
    identities = [normalise(EMAIL, each) for each in valid]
    is_framed = _NAMED.search(text) or _is_framing(_ADDRESS.sub(" ", text))
    if not written or not all(identities) or not is_framed:
        return None
    return tuple(dict.fromkeys(identity.value for identity in identities if identity))


def _is_framing(rest: str) -> bool:
    return not _BESIDE.sub("", rest).strip(".-_")


def read_phones(
    cells: ColumnCells,
    region: str | None,
    warnings: Warnings,
    placeholders: Container[str] = (),
    *,
    coded: bool = False,
) -> tuple[Values, Sequence[str | None], dict[int, Several]]:
    """Normalise phones; return the texts to keep, the first numbers, and the further numbers of a cell by position.

    Phones without a valid number are kept as texts. The numbers have None for other cells, and are empty if there are
    none at all. `coded`: all begin with a country, also without +.
    """
    texts = _without_rounded(read_texts(cells), warnings)
    written = [text for text in texts.values if text]
    if region is None and not coded and not _any_abroad(written):
        warnings[WITHOUT_COUNTRY] += len(written)
        return texts, (), {}
    known: CachedReader[str, Several] = CachedReader(
        lambda text: phones_in(text, region, placeholders, coded=coded)
    )
    several = [known[text] if text else None for text in texts.values]
    for text, numbers in zip(texts.values, several, strict=True):
        if text and not numbers:
            warnings[UNREADABLE_PHONE if region or _any_abroad((text,)) else WITHOUT_COUNTRY] += 1
    values = [numbers[0] if numbers else text for text, numbers in zip(texts.values, several, strict=True)]
    first = [numbers[0] if numbers else None for numbers in several]
    more = {place: numbers[1:] for place, numbers in enumerate(several) if numbers and len(numbers) > 1}
    return Values(values, texts.wrong, longest=texts.longest), first, more


def phones_in(
    text: str, region: str | None, placeholders: Container[str] = (), *, coded: bool = False
) -> Several:
    """Return the number of a text, or all in it; none where it holds no number."""
    bare = _bare(without_hidden(text))
    whole = f"+{bare}" if coded and _CODED.fullmatch(bare) else bare
    if number := _phone(whole, region, placeholders):
        return (number,)
    if len(bare) > _MAX_CELL_LENGTH:
        return ()
    parts = [_bare(part) for part in _BETWEEN_PHONES.split(bare)][:MAX_IN_CELL]
    numbers = (_phone(part, region, placeholders) for part in parts if part) if len(parts) > 1 else ()
    return tuple(dict.fromkeys(number for number in numbers if number))


def _bare(text: str) -> str:
    stripped = text.strip()
    return _AROUND_PHONE.sub("", stripped) if len(stripped) <= _MAX_PHONE_LENGTH else stripped


def _phone(text: str, region: str | None, placeholders: Container[str]) -> str | None:
    identity = normalise(PHONE, text, phone_region=region, placeholders=placeholders)
    if identity is None and region is None and _ABROAD.match(text):
        identity = normalise(PHONE, _ABROAD.sub("+", text, count=1), placeholders=placeholders)
    return identity.value if identity else None


def _any_abroad(texts: Iterable[str]) -> bool:
    """Return whether any number has a country: a plus, or the dialled prefix 00."""
    lines = "\n".join(texts)
    return any(plus in lines for plus in _PLUS) or _ANY_ABROAD.search(lines) is not None


def _without_rounded(texts: Values, warnings: Warnings) -> Values:
    """Drop numbers in scientific notation, whose digits are lost."""
    rounded = sum(is_rounded(text) for text in texts.values if text)
    if not rounded:
        return texts
    warnings[DAMAGED_ID] += rounded
    values = [None if text and is_rounded(text) else text for text in texts.values]
    return Values(values, texts.wrong, longest=texts.longest)
