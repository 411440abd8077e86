"""Convert undeclared attributes, which files hold as texts, to the type that the customer's value has."""

import json
from typing import Any

from crm.domain.exports.cells import cell
from crm.domain.imports.consent_words import read_yes_or_no
from crm.domain.imports.numbers import looks_like_numbers
from crm.domain.list_text import separated
from crm.domain.value_types import read_number, read_text


def as_held(value: Any, held: Any) -> Any:
    """Return the value in the type of the held one, where it can be read so; `held` itself where both are equal."""
    if not isinstance(value, str) or held is None:
        return value
    try:
        return held if value == read_text(text := cell(held), 4 * len(text)) else _read(value, held)
    except (ValueError, RecursionError):
        return value


def _read(value: str, held: Any) -> Any:
    if isinstance(held, bool):
        return read_yes_or_no(value)
    if isinstance(held, int | float):
        return read_number(value) if looks_like_numbers([value], None) else value
    if isinstance(held, list) and all(isinstance(entry, str) for entry in held):
        return separated(value)
    if isinstance(held, dict | list):
        read = json.loads(value)
        return read if isinstance(read, type(held)) else value
    return value
