"""Request bodies: JSON objects, checked by the model that the route declares."""

import base64
import binascii
import importlib
import json
import math
from functools import cache
from typing import Any, NoReturn

from crm.domain import well_formed
from crm.domain.errors import InvalidInputError

MOST_ERRORS = 100
"""Errors that an answer lists: a body may have a hundred thousand."""


def read_json(event: dict[str, Any]) -> Any:
    """The JSON value of the body.

    Raises InvalidInputError: `invalid_json`, and one that names the field where a text is not well-formed.
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
    """The body as it was sent, empty where there is none. Raises InvalidInputError `invalid_body`."""
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode(errors="surrogatepass")
    try:
        return base64.b64decode(body)
    except ValueError:
        raise InvalidInputError(
            "the body is not base64, though it is said to be", code="invalid_body"
        ) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number must fit into a double")
    return number


def _integer(digits: str) -> int:
    _number(digits)  # whatever is computed with it must not overflow
    return int(digits)


def read_model(event: dict[str, Any], model: str) -> dict[str, Any]:
    """The fields that were sent, checked by a model (`access.NewSource`). No body counts as an empty object.

    Raises InvalidInputError with what is wrong with each field, of the first MOST_ERRORS, and never what was sent.
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
    from crm.http.problems import problem_of, tells_little  # what good requests do without

    listed = sorted(problems[:MOST_ERRORS], key=tells_little)
    return _together([problem_of(found, sent, lambda: _schema(model)) for found in listed])


@cache
def _schema(model: Any) -> dict[str, Any]:
    schema: dict[str, Any] = model.model_json_schema()
    return schema


def _together(told: list[dict[str, str]]) -> InvalidInputError:
    first = told[0]
    message = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return InvalidInputError(message, details={"errors": told})
