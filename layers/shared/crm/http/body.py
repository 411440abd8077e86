"""Request bodies: JSON objects, checked by the model that the route declares."""

import base64
import binascii
import importlib
import json
from typing import Any, NoReturn

from crm.domain.errors import InvalidInputError
from crm.http.places import problem_of


def read_json(event: dict[str, Any]) -> Any:
    """The JSON value of the body. Raises InvalidInputError `invalid_json`."""
    body = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            body = base64.b64decode(body).decode()
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError, binascii.Error):
        raise InvalidInputError("the body must be JSON in UTF-8", code="invalid_json") from None


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


def read_model(event: dict[str, Any], model: str) -> dict[str, Any]:
    """The fields that were sent, checked by a model (`access.NewSource`). No body counts as an empty object.

    Raises InvalidInputError with what is wrong with each field, and never what was sent.
    """
    value = read_json(event) if event.get("body") else {}
    area, _, name = model.partition(".")
    declared = getattr(importlib.import_module(f"crm.api.models.{area}"), name)
    pydantic = importlib.import_module("pydantic")
    try:
        checked = declared.model_validate(value)
    except pydantic.ValidationError as error:
        raise _invalid(error.errors(include_url=False, include_input=False), value) from None
    fields: dict[str, Any] = checked.model_dump(exclude_unset=True)
    return fields


def _invalid(problems: list[Any], sent: Any) -> InvalidInputError:
    told = [problem_of(found, sent) for found in problems]
    first = told[0]
    message = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return InvalidInputError(message, details={"errors": told})
