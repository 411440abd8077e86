"""The OpenAPI 3.1 document, made of the declared routes and their models. Needs pydantic; no function imports it.

`python -m crm.openapi` prints it; `python -m crm.openapi --check FILE` fails when the file is not up to date.
"""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from crm.api.models.base import Error
from crm.api.parameters import Parameter
from crm.api.route import PUBLIC, WRITE_KEY, Route
from crm.api.routes import ROUTES

_REFERENCE = "#/components/schemas/{model}"
_REFUSALS = {
    400: "What was sent does not follow the rules",
    401: "No key, or none that is good",
    403: "The key does not allow this",
    404: "There is nothing under this name",
    409: "It was changed in the meantime: read it again and retry",
    429: "The source sends faster than its limit: wait for `Retry-After` seconds",
    503: "Nothing was stored: retry after `Retry-After` seconds",
}
_TAGS = {
    "track_events": ("tracking", "Events in, as Segment's and RudderStack's clients send them"),
    "profiles": ("profiles", "Profiles, their timelines and their numbers"),
    "review_rejected": ("rejected", "What was not accepted, and why"),
    "manage_access": ("access", "Sources with their write keys, and API keys"),
    "serve_site": ("site", "What pages and clients load"),
}
_SECURITY = {
    "apiKey": {"type": "http", "scheme": "bearer", "description": "An API key: `sk_...`"},
    "writeKey": {
        "type": "http",
        "scheme": "basic",
        "description": "A source's write key as user name, with an empty password.",
    },
}
_INFO = {
    "title": "Customer data backend",
    "version": "1",
    "description": "Events in, profiles out. Every refusal is `{code, message, details}`.",
}


def document() -> dict[str, Any]:
    """The whole document; equal for equal code."""
    paths: dict[str, dict[str, Any]] = {}
    for path, route, operation_id in _operations():
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, path, operation_id)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "tags": [{"name": name, "description": text} for name, text in _TAGS.values()],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": _SECURITY},
    }


def _operations() -> Iterator[tuple[str, Route, str]]:
    for route in ROUTES:
        for path in route.spellings or (route.path.replace("+}", "}"),):
            suffix = "_" + path.rsplit("/", 1)[-1] if route.spellings else ""
            yield path, route, route.operation + suffix


def _operation(route: Route, path: str, operation_id: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": operation_id,
        "summary": route.summary,
        "tags": [_TAGS[route.function][0]],
        "security": _security(route),
        "responses": _responses(route),
    }
    if route.authorized:
        operation["description"] = f"Needs the scope `{route.access}`."
    if parameters := [_path_parameter(name) for name in re.findall(r"{(\w+)}", path)] + [
        _query_parameter(parameter) for parameter in route.query
    ]:
        operation["parameters"] = parameters
    if route.request:
        operation["requestBody"] = {"required": True, "content": _bodies(route)}
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access == PUBLIC:
        return []
    if route.access == WRITE_KEY:
        return [{"writeKey": []}, {}]  # the key can stand in the body or the query instead
    return [{"apiKey": [route.access]}]


def _bodies(route: Route) -> dict[str, Any]:
    kinds = ["application/json", "text/plain"] if route.access == WRITE_KEY else ["application/json"]
    return {kind: {"schema": _reference(route.request)} for kind in kinds}


def _responses(route: Route) -> dict[str, Any]:
    good: dict[str, Any] = {"description": route.summary}
    if route.status != 204:  # noqa: PLR2004 - No Content
        good["content"] = {route.media_type: {"schema": _reference(route.response)}}
    refused = {"content": {"application/json": {"schema": _reference("base.Error")}}}
    refusals = {str(status): {"description": _REFUSALS[status], **refused} for status in _refusals(route)}
    return {str(route.status): good, **refusals}


def _refusals(route: Route) -> list[int]:
    implied = {401} if route.access == WRITE_KEY else {401, 403} if route.authorized else set()
    if route.authorized and (route.query or route.request):
        implied.add(400)
    return sorted(implied | set(route.errors))


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.schema,
    }


def _reference(model: str | None) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.rpartition(".")[2])} if model else {}


def _schemas() -> dict[str, Any]:
    requests = {_model(route.request): "validation" for route in ROUTES if route.request}
    responses = {_model(route.response): "serialization" for route in ROUTES if route.response}
    named = [*requests.items(), *responses.items(), (Error, "serialization")]
    _, definitions = models_json_schema(named, ref_template=_REFERENCE)  # type: ignore[arg-type]
    schemas: dict[str, Any] = definitions["$defs"]
    return dict(sorted(schemas.items()))


def _model(name: str) -> type[BaseModel]:
    area, _, model = name.partition(".")
    found: type[BaseModel] = getattr(importlib.import_module(f"crm.api.models.{area}"), model)
    return found


def main(arguments: list[str]) -> int:
    """Print the document, or with `--check FILE` say whether the file is up to date (exit status 1 if not)."""
    text = json.dumps(document(), indent=2) + "\n"
    if not arguments:
        sys.stdout.write(text)
        return 0
    file = Path(arguments[-1])
    if file.is_file() and file.read_text() == text:
        return 0
    sys.stderr.write(f"{file} is not up to date: run `python -m crm.openapi > {file}`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
