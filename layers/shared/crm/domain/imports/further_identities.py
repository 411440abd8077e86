"""Further addresses and numbers of rows, and those that identify a customer without any other identity."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence

from crm.domain.attribute import LIST, Attribute
from crm.domain.identity import EMAIL, PHONE, normalise
from crm.domain.imports.aliases import is_alias, is_listed, keys_of, lesser_keys_of
from crm.domain.imports.cell_columns import Values
from crm.domain.imports.contacts import emails_in
from crm.domain.imports.parsed_column import Fill, ParsedColumn
from crm.domain.imports.plan import Column, ReadPlan
from crm.domain.imports.target import ATTRIBUTE, PROFILES
from crm.domain.list_text import SEPARATOR

ADDITIONAL = {EMAIL: "additional_emails", PHONE: "additional_phones"}
"""Attributes for all but the first address, and number, of a cell."""

_MOBILE = "mobile"
"""The attribute that identifies a customer without other identities: other phones may be a household's or a
company's.
"""

_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")


def additional_fillers(plan: ReadPlan, attributes: Mapping[str, Attribute]) -> Iterator[Fill]:
    """Yield the fillers to apply after those of all columns."""
    if plan.kind != PROFILES:
        return
    filled = {column.target.name for column in plan.filling(ATTRIBUTE)}
    for type_, name in ADDITIONAL.items():
        if name not in filled:
            yield _additional(type_, name, attributes.get(name))
    if columns := [column for column in plan.filling(ATTRIBUTE) if _holds_emails(column, attributes)]:
        yield _named_by_email(columns, plan.placeholders)
    if _MOBILE in filled:
        yield _named_by_mobile(plan.placeholders)


def _holds_emails(column: Column, attributes: Mapping[str, Attribute]) -> bool:
    """Return whether the column's name is that of a further address of the customer, never of another person."""
    if column.target.name in attributes:
        return False
    keys = (*keys_of(column.name), *lesser_keys_of(column.name))
    return any(is_listed(key, "further_emails") or is_alias(key, "identities", EMAIL) for key in keys)


def _additional(type_: str, name: str, attribute: Attribute | None) -> Fill:
    as_list = attribute is not None and attribute.type == LIST

    def fill(found: ParsedColumn) -> None:
        if more := found.additional.get(type_):
            texts = {place: SEPARATOR.join(values) for place, values in more.items()}
            kept = {place: list(values) for place, values in more.items()} if as_list else texts
            longest = max(map(len, texts.values()))
            found.attributes[name] = Values(
                [kept.get(place) for place in range(found.count)], longest=longest
            )

    return fill


def _named_by_email(columns: Sequence[Column], placeholders: Container[str]) -> Fill:
    """Return a filler that gives a row without an address that of the next column with one."""

    def fill(found: ParsedColumn) -> None:
        known = found.identities.get(EMAIL) or [None] * found.count
        if None not in known:
            return
        emails = [
            email or _first_email(found, columns, place, placeholders) for place, email in enumerate(known)
        ]
        found.identities[EMAIL] = emails
        values = found.attributes.get(EMAIL)
        longest = max([values.longest if values else 0, *(len(email) for email in emails if email)])
        found.attributes[EMAIL] = Values(emails, values.wrong if values else {}, longest=longest)

    return fill


def _first_email(
    found: ParsedColumn, columns: Sequence[Column], place: int, placeholders: Container[str]
) -> str | None:
    for column in columns:
        try:
            emails = emails_in(found.columns[column.index][place], placeholders)
        except ValueError:
            continue
        if emails:
            return emails[0]
    return None


def _named_by_mobile(placeholders: Container[str]) -> Fill:
    """Return a filler that gives a row without any identity its mobile number."""

    def fill(found: ParsedColumn) -> None:
        if unnamed := _unnamed(found):
            phones = list(found.identities.get(PHONE) or [None] * found.count)
            for place in unnamed:
                phones[place] = _mobile(found, place, placeholders)
            found.identities[PHONE] = phones

    return fill


def _unnamed(found: ParsedColumn) -> list[int]:
    columns = [column for column in found.identities.values() if column]
    if any(None not in column for column in columns):
        return []
    return [place for place in range(found.count) if not any(column[place] for column in columns)]


def _mobile(found: ParsedColumn, place: int, placeholders: Container[str]) -> str | None:
    values = found.attributes.get(_MOBILE)
    text = values.values[place] if values else None
    if not isinstance(text, str) or not _INTERNATIONAL.fullmatch(text):
        return None
    identity = normalise(PHONE, text, placeholders=placeholders)
    return identity.value if identity else None
