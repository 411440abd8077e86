"""The names of list filters and of their operators. Routes are declared with them, without loading the conditions."""

from collections.abc import Iterable

from crm.domain.conditions.date_operators import DATE_OPERATOR_TABLE
from crm.domain.operators import ONE_OF, OPPOSITES, SEARCHES

TEXT_FIELDS = ("name", "first_name", "last_name", "email", "city", "region", "zip", "company")
DATE_FIELDS = {"created": "created", "last_activity": "last_seen", "last_transaction": "last_transaction"}
"""Dates by the names that filters have for them, with those of conditions."""

NOT_ONE_OF = "not_one_of"
TEXT_OPERATORS = {
    "": ONE_OF,
    **{name: name for name in SEARCHES},
    "not": NOT_ONE_OF,
    **{name: name for name, positive in OPPOSITES.items() if positive in SEARCHES},
}
"""Operators by the names that filters have for them, with those of conditions."""

DATE_OPERATORS = {name: row for name, row in DATE_OPERATOR_TABLE.items() if row.in_lists}

MAX_SEARCHED_LENGTH = 500
"""Maximum characters of a text to search for."""


def reads_texts(names: Iterable[str]) -> bool:
    """Return whether one of the filters is over a text: then a card must hold its whole texts."""
    return any(name.partition(".")[0] in TEXT_FIELDS for name in names)
