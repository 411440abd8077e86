"""Parse the filter of a selection: the filters of the list of profiles, as JSON instead of a query string."""

from typing import Any

from crm.api.filters import FILTERS
from crm.api.parameters import read_query
from crm.domain.errors import InvalidInputError


def read_filter(given: dict[str, Any]) -> dict[str, Any]:
    """Parse the filter like the list's own, by name. Raises InvalidInputError for the first invalid one."""
    if not given:
        raise InvalidInputError(
            'filter must contain at least one filter; to select all customers, send "all": true instead'
        )
    values = read_query(FILTERS, {name: _text(name, value) for name, value in given.items()})
    return {name: value for name, value in values.items() if value is not None}


def _text(name: str, value: Any) -> str:
    """Return a value in the form that it has in a query string."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    texts = value if isinstance(value, list) else [value]
    # An empty filter would be ignored in a query string, and select all customers.
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise InvalidInputError(
            f"{name} must be a non-empty text, a list of non-empty texts, a number or a boolean",
            details={"parameter": name},
        )
    return value if isinstance(value, str) else ",".join(text.replace(",", "\\,") for text in texts)
