"""Read request bodies: JSON objects, validated by the model that the route declares."""

import base64
import binascii
import importlib
import json
import math
from functools import cache
from typing import Any, NoReturn

from crm.domain import well_formed
from crm.domain.errors import InvalidInputError
from crm.http.raw_body import raw_body

MAX_ERRORS = 100
"""Maximum number of errors in a response: a body may have a hundred thousand."""


def read_json(event: dict[str, Any]) -> Any:
    """Parse the body as JSON.

    Raises InvalidInputError: `invalid_json`, or with the name of the field for a text that is not well-formed.
    """
    body = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            body = base64.b64decode(body).decode()
        value = json.loads(body, parse_constant=_no_constant, parse_int=_integer, parse_float=_number)
    except (ValueError, RecursionError, binascii.Error):
        raise InvalidInputError("the body must be JSON in UTF-8", code="invalid_json") from None
    if well_formed.may_be_malformed(body) and (path := well_formed.malformed_at(value)) is not None:
        raise _together([{"field": ".".join(map(str, path)), "message": well_formed.REASON}])
    return value


def read_bytes(event: dict[str, Any]) -> bytes:
    """Return the body as it was sent, empty if there is none. Raises InvalidInputError `invalid_body`."""
    try:
        return raw_body(event)
    except ValueError:
        raise InvalidInputError(
            "the body is marked as base64, but is not valid base64", code="invalid_body"
        ) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number must fit into a double")
    return number


def _integer(digits: str) -> int:
    _number(digits)  # later arithmetic must not overflow
    return int(digits)


def read_model(event: dict[str, Any], model: str) -> dict[str, Any]:
    """Validate the body with a model (`access.NewSource`) and return the fields that were sent. A missing body counts
    as an empty object.

    Raises InvalidInputError with the errors by field, at most MAX_ERRORS. They never contain what was sent.
    """
    value = read_json(event) if event.get("body") else {}
    area, _, name = model.partition(".")
    declared = getattr(importlib.import_module(f"crm.api.models.{area}"), name)
    pydantic = importlib.import_module("pydantic")
    try:
        checked = declared.model_validate(value)
    except pydantic.ValidationError as error:
        raise _invalid(error.errors(include_url=False, include_input=False), value, declared) from None
    fields: dict[str, Any] = checked.model_dump(exclude_unset=True)
    return fields


def _invalid(problems: list[Any], sent: Any, model: Any) -> InvalidInputError:
    from crm.http.problems import is_missing_field, problem_of  # not loaded for valid requests

    listed = sorted(problems[:MAX_ERRORS], key=is_missing_field)
    return _together([problem_of(found, sent, lambda: _schema(model)) for found in listed])


@cache
def _schema(model: Any) -> dict[str, Any]:
    schema: dict[str, Any] = model.model_json_schema()
    return schema


def _together(errors: list[dict[str, str]]) -> InvalidInputError:
    first = errors[0]
    message = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return InvalidInputError(message, details={"errors": errors})
