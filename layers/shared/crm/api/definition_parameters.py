"""Query parameters of the routes that list definitions."""

from dataclasses import replace

from crm.api.filter_values import read_switch
from crm.api.parameters import LIMIT, Parameter, whole_number
from crm.domain.named import BY_COUNT, BY_NAME

_MAX = 1000


def _order(text: str) -> str:
    if text not in {BY_NAME, BY_COUNT}:
        raise ValueError(f"must be {BY_NAME} or {BY_COUNT}")
    return text


ARCHIVED = Parameter(
    name="archived",
    keyword="archived",
    description="Whether to include archived ones.",
    schema={"type": "boolean", "default": False},
    parse=read_switch,
    default=False,
)
ORDER_PARAMETER = Parameter(
    name="sort",
    keyword="order",
    description="Order: by name, or by count with the most frequent first.",
    schema={"type": "string", "enum": [BY_NAME, BY_COUNT], "default": BY_NAME},
    parse=_order,
    default=BY_NAME,
)
_MOST_COUNTED = 100_000
COUNT_UP_TO = Parameter(
    name="count_up_to",
    keyword="most",
    description=(
        "Count the customers of each name only up to this number: `more` shows whether there are more. By default, all "
        "are counted, which reads every customer of a name."
    ),
    schema={"type": "integer", "minimum": 1, "maximum": _MOST_COUNTED},
    parse=whole_number(1, _MOST_COUNTED),
)
MANY = replace(
    LIMIT,
    description="Maximum number of results.",
    schema={"type": "integer", "minimum": 1, "maximum": _MAX, "default": _MAX},
    default=_MAX,
)
