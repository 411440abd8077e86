"""The filter of a selection: the filters of the list of profiles, as JSON in place of a query string."""

from typing import Any

from crm.api.filters import FILTERS
from crm.api.parameters import read
from crm.domain.errors import InvalidInputError


def read_filter(given: dict[str, Any]) -> dict[str, Any]:
    """What the list's own filters are read into, by their names. Raises InvalidInputError for the first wrong one."""
    if not given:
        raise InvalidInputError(
            'filter must name at least one filter; in its place, "all": true selects everybody'
        )
    values = read(FILTERS, {name: _text(name, value) for name, value in given.items()})
    return {name: value for name, value in values.items() if value is not None}


def _text(name: str, value: Any) -> str:
    """As it would stand in a query string."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    texts = value if isinstance(value, list) else [value]
    # One that is empty would be overlooked in a query string, and select everybody.
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise InvalidInputError(
            f"{name} must be a text that is not empty, a list of them, a number or a boolean",
            details={"parameter": name},
        )
    return value if isinstance(value, str) else ",".join(text.replace(",", "\\,") for text in texts)
