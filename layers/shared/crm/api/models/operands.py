"""Operands of conditions: what is compared, and with which value. Shared by all condition types."""

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

from crm.api.models.base import Input
from crm.domain import operators
from crm.domain.well_formed import is_well_formed

MAX_NUMBER = 1e18
MAX_OPERAND_LENGTH = 500
MAX_OPERANDS = 1_000
MAX_DAY_NUMBER = 36_500

_MAX_DATE_LENGTH = 40
_TEXT = {"type": "string", "maxLength": MAX_OPERAND_LENGTH}
_NUMBER = {"type": "number", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
_SCALARS: list[dict[str, Any]] = [_TEXT, _NUMBER, {"type": "boolean"}]


class ConditionPart(Input):
    """Base of the parts of a definition. Fields that are omitted in a request stay omitted in responses."""


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and is_well_formed(value)


def _is_scalar(value: Any) -> bool:
    if isinstance(value, str):
        return _is_text(value, MAX_OPERAND_LENGTH)
    return isinstance(value, int | float) and abs(value) <= MAX_NUMBER and not math.isnan(value)


def _ensure_number(value: Any) -> Any:
    if type(value) not in {int, float}:
        raise PydanticKnownError("float_type")
    return value


Number = Annotated[int | float, BeforeValidator(_ensure_number)]
"""A number of JSON: whole ones stay whole."""


def _operand(value: Any) -> Any:
    # A union of these types would report an error for each of them; a single message is clearer.
    entries = value if isinstance(value, list) else [value]
    if not 0 < len(entries) <= MAX_OPERANDS or not all(map(_is_scalar, entries)):
        raise PydanticCustomError(
            "operand",
            "must be a text of at most {longest} characters, a number, true or false, or a list of them",
            {"longest": MAX_OPERAND_LENGTH},
        )
    return value


Operand = Annotated[
    Any,
    PlainValidator(_operand),
    WithJsonSchema(
        {
            "anyOf": [
                *_SCALARS,
                {
                    "type": "array",
                    "items": {"anyOf": _SCALARS},
                    "minItems": 1,
                    "maxItems": MAX_OPERANDS,
                },
            ],
            "examples": ["Berlin", 100, ["S", "M"], ["2026-01-01", "2026-12-31"]],
            "description": "One value; a list for `one_of`, `[smallest, largest]` for `between`; none for `empty` "
            "and `not_empty`. Dates as `2026-11-21` or `21.11.2026`.",
        }
    ),
]
Operator = Annotated[
    Literal[operators.OPERATORS],  # type: ignore[valid-type] # the operators that the domain knows
    Field(
        description="Opposites (`not_...`) also match a missing value. Texts are compared regardless of case."
    ),
]
NameOrId = Annotated[str, Field(min_length=1, max_length=200, description="Name or id.")]
Date = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_MAX_DATE_LENGTH,
        examples=["2026-11-21", "21.11.2026"],
        description="A calendar date.",
    ),
]


def _date_operand(value: Any) -> Any:
    dates = value if isinstance(value, list) else [value]
    if type(value) is int and 0 <= value <= MAX_DAY_NUMBER:
        return value
    pair = not isinstance(value, list) or len(value) == 2  # noqa: PLR2004 - the first and the last one
    if not pair or not all(_is_text(one, _MAX_DATE_LENGTH) for one in dates):
        raise PydanticCustomError(
            "date_operand",
            "must be a number of days from 0 to {most}, a date like 2026-11-21, a list of two dates, or a calendar "
            "period",
            {"most": MAX_DAY_NUMBER},
        )
    return value


DateOperand = Annotated[
    Any,
    PlainValidator(_date_operand),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MAX_DAY_NUMBER},
                {"type": "string", "maxLength": _MAX_DATE_LENGTH},
                {
                    "type": "array",
                    "items": {"type": "string", "maxLength": _MAX_DATE_LENGTH},
                    "minItems": 2,
                    "maxItems": 2,
                },
            ],
            "examples": [30, "2026-11-21", "21.11.2026", ["2026-11-01", "2026-11-30"], "month"],
            "description": "Of `..._days_ago` and `..._days_ahead` the number of days; of `this`, `last` and `next` "
            "a calendar period: `week`, `month`, `quarter` or `year`; else a date or an instant in ISO 8601, of "
            "`between` the first and the last one.",
        }
    ),
]
DayNumber = Annotated[int, Field(ge=1, le=MAX_DAY_NUMBER)]
