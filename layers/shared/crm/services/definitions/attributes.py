"""Attributes: standard and declared ones, and typed values."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

from crm.domain import attribute as rules
from crm.domain.attribute import Attribute, looks_like_name, typed
from crm.domain.attribute_reader import AttributeReader
from crm.domain.commands.edits import AttributesJson
from crm.domain.errors import InvalidInputError, NotFoundError, TooLargeError
from crm.domain.standard_attributes import STANDARD
from crm.domain.stored_record import from_record
from crm.domain.tracking.traits import STANDARD_NAMES
from crm.services.definitions.lookup_cache import LookupCache
from crm.settings import settings
from crm.storage import lookups

ATTRIBUTE_KIND = "attribute"
MAX_CHANGE_BYTES = 32_768
"""Bytes of JSON: the limit of a tracking message, so that an activity fits an item."""
MAX_LISTED_FIELDS = 100
"""Invalid fields that one response lists."""

_cache: LookupCache[dict[str, Attribute]] = LookupCache(seconds=1)


def definitions() -> dict[str, Attribute]:
    """Return every attribute by name, with archived ones, standard ones first.

    Other containers' changes show within 1 s.
    """
    return _cache.get(ATTRIBUTE_KIND, lambda _: read_all())


def attribute_reader() -> AttributeReader:
    """Return the reader of values by all definitions, with archived ones."""
    return AttributeReader(definitions(), settings().phone_region)


def list_all(*, archived: bool = False) -> list[Attribute]:
    """Return standard attributes in their order, then the others by name; archived ones only on request."""
    return [attribute for attribute in read_all().values() if archived or not attribute.archived]


def get(name: str) -> Attribute:
    """Return an attribute. Raises NotFoundError."""
    record = lookups.find(ATTRIBUTE_KIND, name) if looks_like_name(name) else None
    if record is not None:
        return _stored(record)
    if name in STANDARD:
        return STANDARD[name]
    raise NotFoundError("there is no attribute with this name", details={"name": name})


def hint(name: str, known: dict[str, Attribute]) -> str:
    """Return advice about an unknown attribute name."""
    if name in STANDARD_NAMES:
        return f"use its standard name, {STANDARD_NAMES[name]}"
    from difflib import get_close_matches  # needed for invalid requests only

    close = get_close_matches(name, [other for other, found in known.items() if not found.archived])
    declare = "declare it at /v1/attributes"
    return f"did you mean {' or '.join(close)}? If not, {declare}" if close else declare


def valid_values(values: AttributesJson) -> AttributesJson:
    """Return the values typed; None clears one. Raises InvalidInputError with all errors, and TooLargeError."""
    read, wrong = _read_values(values, definitions())
    if wrong:
        # Another container may have declared an unknown attribute a moment ago.
        clear_cache()
        read, wrong = _read_values(values, definitions())
    if wrong:
        raise _combined_error(wrong)
    if len(json.dumps(read).encode()) > MAX_CHANGE_BYTES:
        raise TooLargeError(f"attributes must have at most {MAX_CHANGE_BYTES} bytes of JSON per request")
    return read


def typed_values(attributes: AttributesJson) -> tuple[AttributesJson, list[str]]:
    """Return values typed where possible, else as they were sent; and the undeclared names, sorted."""
    read = attribute_reader() if attributes else AttributeReader({})
    values = {name: read.shown(name, value) for name, value in attributes.items()}
    present = {name: value for name, value in values.items() if value is not None}
    return present, sorted(name for name in present if name not in read.definitions)


def clear_cache() -> None:
    """Clear the cache of definitions."""
    _cache.clear()


def read_all() -> dict[str, Attribute]:
    """Return every attribute as it is stored now, by name, with archived ones, standard ones first."""
    found = {record["name"]: record for record in lookups.find_all(ATTRIBUTE_KIND)}
    return STANDARD | {name: _stored(record) for name, record in found.items()}


def _stored(record: Mapping[str, Any]) -> Attribute:
    attribute = from_record(Attribute, record)
    return rules.with_fixed_fields(attribute, STANDARD.get(attribute.name))


def _read_values(
    values: AttributesJson, known: dict[str, Attribute]
) -> tuple[AttributesJson, dict[str, InvalidInputError]]:
    read: AttributesJson = {}
    wrong: dict[str, InvalidInputError] = {}
    for name, value in values.items():
        try:
            read[name] = _checked_one(known, name, value)
        except InvalidInputError as error:
            wrong[name] = error
    return read, wrong


def _checked_one(known: dict[str, Attribute], name: str, value: Any) -> Any:
    attribute = known.get(name)
    # Values from events can always be cleared, whatever their names.
    if value is None and (attribute or rules.can_be_sent(name)):
        return None
    if attribute is None and not looks_like_name(name):
        raise InvalidInputError(
            f"an attribute's name must have 1 to {rules.MAX_ATTRIBUTE_NAME_LENGTH} printable characters",
            code="unknown_attribute",
        )
    if attribute is None:
        raise InvalidInputError(f"{name} is not an attribute: {hint(name, known)}", code="unknown_attribute")
    if attribute.archived:
        raise InvalidInputError(f"{name} is archived and accepts no values", code="archived_attribute")
    return typed(
        attribute, value, phone_region=settings().phone_region, placeholders=settings().placeholder_ids
    )


def _combined_error(wrong: dict[str, InvalidInputError]) -> InvalidInputError:
    first = next(iter(wrong.values()))
    errors = [
        {"field": name[: rules.MAX_ATTRIBUTE_NAME_LENGTH], "message": error.message}
        for name, error in islice(wrong.items(), MAX_LISTED_FIELDS)
    ]
    return InvalidInputError(first.message, code=first.code, details={**first.details, "errors": errors})
