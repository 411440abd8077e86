"""Parse the filters and the order of the list of profiles from query parameters.

The result is plain JSON, because the cursor of the next page is bound to it.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from crm.api.filter_values import (
    MAX_FILTER_NAME_LENGTH,
    MAX_FILTER_VALUES,
    read_classes,
    read_consents,
    read_moment,
    read_switch,
    read_texts,
)
from crm.api.parameters import CURSOR, KIND, LIMIT, Parameter, choice, whole_number
from crm.domain.conditions import filter_names
from crm.domain.conditions.date_operators import RELATIVE
from crm.domain.operators import OPERATOR_TABLE, OPPOSITES

_MAX_DAYS = 36_500
SORTS = ("last_activity", "created", "last_transaction", "name", "email")

_LATEST_FIRST = "-last_activity"
_DATES = {
    "created": "first seen",
    "last_activity": "last active",
    "last_transaction": "whose last order was",
}
_MOMENT = {"type": "string", "examples": ["2026-11-21", "21.11.2026", "2026-11-21T19:30:00Z"]}


def _filter(name: str, description: str, schema: dict[str, Any], parse: Callable[[str], Any]) -> Parameter:
    return Parameter(
        name=name, keyword=name, description=description, schema=schema, parse=parse, narrows=True
    )


def _texts(
    name: str,
    description: str,
    longest: int = MAX_FILTER_NAME_LENGTH,
    parse: Callable[[str], Any] | None = None,
) -> Parameter:
    entry = {"type": "string", "minLength": 1, "maxLength": longest}
    schema = {"type": "array", "items": entry, "maxItems": MAX_FILTER_VALUES}
    return _filter(name, description, schema, parse or read_texts(longest))


def _text_filters() -> Iterator[Parameter]:
    for field, operator in product(filter_names.TEXT_FIELDS, filter_names.TEXT_OPERATORS):
        description = f"Profiles whose {field} {_text_test(operator)}, regardless of case."
        yield _texts(f"{field}.{operator}".rstrip("."), description, filter_names.MAX_SEARCHED_LENGTH)


def _text_test(operator: str) -> str:
    """Describe what a text must be: `contains one of these texts`."""
    name = filter_names.TEXT_OPERATORS[operator]
    if name in OPPOSITES:
        return f"{OPERATOR_TABLE[OPPOSITES[name]].verb} none of these texts or is missing"
    return f"{OPERATOR_TABLE[name].verb} one of these texts"


def _date_filters() -> Iterator[Parameter]:
    for field, (operator, row) in product(filter_names.DATE_FIELDS, filter_names.DATE_OPERATORS.items()):
        description = f"Profiles {_DATES[field]} {row.meaning}."
        if row.kind != RELATIVE:
            yield _filter(f"{field}.{operator}", description, _MOMENT, read_moment)
        else:
            least = 1 if operator == "less_than_days_ago" else 0
            days = {"type": "integer", "minimum": least, "maximum": _MAX_DAYS}
            yield _filter(f"{field}.{operator}", description, days, whole_number(least, _MAX_DAYS))


def _order(text: str) -> str:
    return "last_activity" if choice("desc", "asc")(text) == "asc" else _LATEST_FIRST


_ORDERS = [sign + name for name in SORTS for sign in ("", "-")]
FILTERS = (
    KIND,
    *_text_filters(),
    *_date_filters(),
    _texts("tag", "Profiles with all of these tags (names or ids)."),
    _texts("tag.none", "Profiles with none of these tags (names or ids)."),
    _texts("list", "Profiles on all of these lists (names or ids)."),
    _texts("list.none", "Profiles on none of these lists (names or ids)."),
    _texts("segment", "Profiles in all of these segments (names, slugs or ids)."),
    _texts("segment.none", "Profiles in none of these segments (names, slugs or ids)."),
    _texts("class", "Profiles in one of these classes.", parse=read_classes),
    _texts("responsible", "Profiles with one of these responsible users, written as on the profile."),
    _filter(
        "responsible.missing",
        "True: profiles without a responsible user. False: profiles with one.",
        {"type": "boolean"},
        read_switch,
    ),
    _texts(
        "consent",
        "Profiles whose consents are in these states: `email:granted`, `sms:newsletter:denied`. Each is the channel, "
        "the purpose unless it is marketing, and the state: granted, denied, pending, expired or missing. Several "
        "states of one consent are alternatives.",
        parse=read_consents,
    ),
)
SORT = Parameter(
    name="sort",
    keyword="sort",
    description=(
        "Order of the list; `-` means descending. Profiles without the value come first in ascending order. All orders "
        "except last_activity list recognised profiles only."
    ),
    schema={"type": "string", "enum": _ORDERS, "default": _LATEST_FIRST},
    parse=choice(*_ORDERS),
    default=_LATEST_FIRST,
)
_ORDER = Parameter(
    name="order",
    keyword="sort",
    description=(
        "Older spelling: `desc` is `sort=-last_activity`, `asc` is `sort=last_activity`. `sort` takes "
        "precedence."
    ),
    schema={"type": "string", "enum": ["desc", "asc"]},
    parse=_order,
    default=_LATEST_FIRST,
)
COUNTS = Parameter(
    name="counts",
    keyword="counts",
    description="Whether to count the profiles of each kind, regardless of the filters.",
    schema={"type": "boolean", "default": False},
    parse=read_switch,
    default=False,
)
LISTING = (*FILTERS, _ORDER, SORT, COUNTS, LIMIT, CURSOR)
"""All parameters of the list."""
