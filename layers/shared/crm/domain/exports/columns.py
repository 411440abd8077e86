"""The columns of an export, and a customer's values in them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from crm.domain.attribute import looks_like_name
from crm.domain.errors import InvalidInputError
from crm.domain.identity import EMAIL, PHONE, identity_types
from crm.domain.json_text import encode_text

CustomTypes = tuple[str, ...]
"""Identity types of the deployment's own."""

ExportRow = dict[str, Any]
"""Column to value, without empty values."""

_CONSENT, _ATTRIBUTE = "consent:", "attribute:"
_FIRST = ("id", "kind")
_MARKS = ("tags", "lists", "segments", "classes", "responsible")
_TIMES = ("first_seen", "last_seen", "last_transaction_at")
_TOTALS = ("activities", "orders", "revenue")
_MAX_LISTED = 20


def export_row(shown: Mapping[str, Any], custom_types: CustomTypes) -> ExportRow:
    """Return the row of one customer, as the API shows them (the model `Profile`)."""
    own = own_columns(custom_types)
    attributes = {attribute_column(name, own): value for name, value in shown["attributes"].items()}
    consents = {_CONSENT + key: consent["state"] for key, consent in shown["consents"].items()}
    totals = shown["totals"] or {}
    row = {
        **{name: shown[name] for name in (*_FIRST, *_MARKS, *_TIMES)},
        **{name: totals.get(name) for name in _TOTALS},
        **attributes,
        **consents,
        **_identities(shown, custom_types),
    }
    return {name: value for name, value in row.items() if value not in (None, "", [])}


def _identities(shown: Mapping[str, Any], custom_types: CustomTypes) -> ExportRow:
    """Return one identity of each type, by which an import finds the customer again, and the further ones."""
    columns: ExportRow = {}
    for type_ in identity_types(custom_types):
        found = [identity["value"] for identity in shown["identities"] if identity["type"] == type_]
        attribute = shown["attributes"].get(type_) if type_ in (EMAIL, PHONE) else None
        columns[type_] = first = attribute if attribute in found else next(iter(found), None)
        # An attribute whose value is another customer's identity must not identify this one.
        columns[others_column(type_)] = [
            value for value in dict.fromkeys([*found, attribute]) if value and value != first
        ]
    return columns


def others_column(type: str) -> str:
    """Return the column of a customer's further identities of a type."""
    return f"other_{type}s"


@cache
def own_columns(custom_types: CustomTypes) -> frozenset[str]:
    """Return the names that no attribute can have in a file."""
    types = identity_types(custom_types)
    others = map(others_column, types)
    return frozenset({*_FIRST, *types, *others, *_MARKS, *_TIMES, *_TOTALS} - {EMAIL, PHONE})


def attribute_column(name: str, own: Collection[str]) -> str:
    """Return the column of an attribute: its own name, or a prefixed one where that is another column's.

    A name that no header can hold is written as JSON.
    """
    if not looks_like_name(name):
        return _ATTRIBUTE + encode_text(name)
    return _ATTRIBUTE + name if name in own or name.startswith((_CONSENT, _ATTRIBUTE)) else name


def attribute_in(column: str) -> str | None:
    """Return the attribute of a column `attribute:...`; None for any other column."""
    if not column.startswith(_ATTRIBUTE):
        return None
    name = column.removeprefix(_ATTRIBUTE)
    try:
        found = json.loads(name) if name.startswith('"') else name
    except ValueError:
        return name
    return found if isinstance(found, str) else name


def varying(row: ExportRow, custom_types: CustomTypes) -> Iterator[str]:
    """Yield the columns that a file has only where some customer has a value in them."""
    fixed = _fixed(custom_types)
    return (name for name in row if name not in fixed)


def all_columns(filled: Collection[str], standard: Sequence[str], custom_types: CustomTypes) -> list[str]:
    """Return every column of a file.

    `filled`: those of `varying` with a value, `standard`: the order of the attributes that every deployment has.
    """
    own, left = own_columns(custom_types), set(filled)
    identities = [
        name
        for type_ in identity_types(custom_types)
        for name in (type_, others_column(type_))
        if name == type_ or name in left
    ]
    consents = sorted(name for name in left if name.startswith(_CONSENT))
    attributes = left - own - set(consents)
    known = [name for name in standard if name in attributes and name not in identities]
    others = sorted(attributes - set(known) - set(identities))
    return [*_FIRST, *identities, *known, *others, *_MARKS, *consents, *_TIMES, *_TOTALS]


def checked_columns(
    requested: Sequence[str], attributes: Iterable[str], custom_types: CustomTypes
) -> list[str]:
    """Validate the requested columns and return their names in the file, each once.

    `attributes`: the names of the declared ones; others are requested as `attribute:<name>`. Raises InvalidInputError
    naming unknown columns, with suggestions.
    """
    own = own_columns(custom_types)
    known = {*_fixed(custom_types), *own, *(attribute_column(name, own) for name in attributes)}
    read = [_unprefixed(name, own) if name.startswith(_ATTRIBUTE) else name for name in requested]
    wrong = [
        name
        for name, column in zip(requested, read, strict=True)
        if not (column in known or name.startswith((_ATTRIBUTE, _CONSENT)))
    ]
    if wrong:
        raise _unknown(wrong, known)
    return list(dict.fromkeys(read))


@cache
def _fixed(custom_types: CustomTypes) -> frozenset[str]:
    return frozenset({*_FIRST, *identity_types(custom_types), *_MARKS, *_TIMES, *_TOTALS})


def _unprefixed(column: str, own: Collection[str]) -> str:
    return attribute_column(attribute_in(column) or "", own)


def _unknown(names: Sequence[str], known: Collection[str]) -> InvalidInputError:
    errors = [
        {"field": "columns", "message": f"{name} is not a column{_suggestion(name, known)}"} for name in names
    ]
    return InvalidInputError(
        f"columns: {errors[0]['message']}", code="unknown_column", details={"errors": errors[:_MAX_LISTED]}
    )


def _suggestion(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, sorted(known))
    suggestion = f"did you mean {' or '.join(close)}? " if close else ""
    return f": {suggestion}Export an undeclared attribute as {_ATTRIBUTE}{name}"
