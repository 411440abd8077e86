"""Query parameters of the routes that list definitions."""

from dataclasses import replace

from crm.api.filter_values import read_switch
from crm.api.parameters import LIMIT, Parameter
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
MANY = replace(
    LIMIT,
    description="Maximum number of results.",
    schema={"type": "integer", "minimum": 1, "maximum": _MAX, "default": _MAX},
    default=_MAX,
)
