"""Generate the OpenAPI 3.1 document from the declared routes and their models. Needs pydantic; no function imports it.

`python -m crm.openapi` prints it; `python -m crm.openapi --check FILE` fails if the file is not up to date.
"""

import importlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from crm.api import headers
from crm.api.examples import example_of
from crm.api.models.base import Error
from crm.api.parameters import Parameter
from crm.api.route import PUBLIC, WRITE_KEY, Route
from crm.api.routes import ROUTES

_REFERENCE = "#/components/schemas/{model}"
_OTHERS = {
    303: "Done: continue at `Location`",
    400: "The request is invalid",
    401: "The key is missing or invalid",
    403: "The key lacks the permission",
    404: "The resource does not exist",
    409: "The resource exists already or was changed in the meantime, or the same request is in progress",
    410: "The resource existed, but was deleted",
    412: "The resource is no longer at the version that was read: read it again and retry",
    429: "The source exceeds its rate limit: wait for `Retry-After` seconds",
    503: "Nothing was stored: retry after `Retry-After` seconds",
}
_TAGS = {
    "track_events": ("tracking", "The tracking API, for the clients of Segment and RudderStack"),
    "profiles": ("profiles", "Profiles, their timelines and their numbers"),
    "edit_profiles": ("editing", "Creating, changing and deleting profiles"),
    "update_attributes": (
        "parts",
        "Attributes, tags, classes, consents and the responsible user of a profile",
    ),
    "link_profiles": ("merging", "Merging, unmerging, duplicates and identity conflicts"),
    "work_on_profiles": ("work", "Notes and tasks on customers"),
    "unsubscribe": ("unsubscribing", "Unsubscribing without a login, by the link in a message"),
    "export_profile": ("privacy", "The data held on a person"),
    "manage_jobs": ("jobs", "Work that takes longer than a request"),
    "check_health": ("health", "What is stuck, and what to do about it"),
    "manage_imports": ("imports", "Imports of files, and the mappings by which they are read"),
    "act_on_profiles": ("selections", "Exports, and bulk actions on many customers"),
    "review_rejected": ("rejected", "Rejected input, with the reasons"),
    "manage_definitions": ("definitions", "Attributes, tags, lists and the categories of events"),
    "manage_segments": (
        "segments",
        "Segments, and the computed values: aggregates, scores, expressions",
    ),
    "profile_segments": ("memberships", "Segments and computed values of one customer, with explanations"),
    "capture_form": ("forms", "Forms, as visitors of a site load and submit them"),
    "manage_webhooks": ("webhooks", "Services outside AWS that receive change events"),
    "manage_access": ("access", "Sources with their write keys, and API keys"),
    "serve_site": ("site", "Files and pages that sites and clients load"),
    "serve_console": ("console", "The console: its pages, scripts and styles"),
}
_ALIASES = ("aliases", "One-letter spellings of the tracking API, which some clients use")
_ID_WITHIN = {
    "type": ["object", "null"],
    "properties": {"id": {"type": "string"}},
    "required": ["id"],
    "additionalProperties": False,
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
    "description": "Events in, profiles out. Every error response is `{code, message, details}`.",
}


def document() -> dict[str, Any]:
    """Generate the whole document; it is deterministic."""
    paths: dict[str, dict[str, Any]] = {}
    for path, route, operation_id in _operations():
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, path, operation_id)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "tags": [{"name": name, "description": text} for name, text in (*_TAGS.values(), _ALIASES)],
        "paths": paths,
        "components": {"schemas": dict(sorted(_described()[1].items())), "securitySchemes": _SECURITY},
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
        "tags": [_ALIASES[0] if _is_alias(route, path) else _TAGS[route.function][0]],
        "security": _security(route),
        "responses": _responses(route),
    }
    if route.authorized:
        operation["description"] = _description(route)
    in_path = [_path_parameter(name) for name in re.findall(r"{(\w+)}", path)]
    in_query = [_query_parameter(parameter) for parameter in route.query]
    if parameters := in_path + in_query + headers.request_headers(route):
        operation["parameters"] = parameters
    if route.request:
        operation["requestBody"] = {"required": True, "content": _bodies(route, path)}
    return operation


def _is_alias(route: Route, path: str) -> bool:
    return path in route.spellings and len(path.rpartition("/")[2]) == 1


def _description(route: Route) -> str:
    limited = "may call it, and sees only their customers" if route.limited else "may not call it"
    scopes = " and ".join(f"`{scope}`" for scope in route.scopes)
    needs = f"Needs the scope{'s' if route.also else ''} {scopes}" if scopes else "Needs no scope"
    if route.also_for:
        scope, where = route.also_for
        needs += f", and `{scope}` {where}"
    return f"{needs}. A key that is limited to classes {limited}.{_brief_note(route)}"


def _brief_note(route: Route) -> str:
    if route.brief is None:
        return ""
    fields = " and ".join(f"`{field}`" for field in route.brief)
    return f" A key without the scope `{route.read_scope}` gets {fields} only."


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access == PUBLIC:
        return []
    if route.access == WRITE_KEY:
        return [{"writeKey": []}, {}]  # the key may be in the body or the query instead
    return [{"apiKey": list(route.scopes)}]


def _bodies(route: Route, path: str) -> dict[str, Any]:
    kinds = ["application/json", "text/plain"] if route.access == WRITE_KEY else route.accepts
    shown = example_of(route.request, path) if route.request else None
    body = {"schema": _reference(route.request, "validation")} | ({"example": shown} if shown else {})
    return dict.fromkeys(kinds, body)


def _responses(route: Route) -> dict[str, Any]:
    good: dict[str, Any] = {"description": route.summary}
    if route.status != 204:  # noqa: PLR2004 - No Content
        good["content"] = {route.media_type: {"schema": _answer(route)}} | _page(route)
    if response_headers := headers.response_headers(route):
        good["headers"] = response_headers
    jobs = {"202": _job(route.accepted)} if route.accepted else {}
    return {
        str(route.status): good,
        **jobs,
        **{str(status): _other(route, status) for status in _others(route)},
    }


def _answer(route: Route) -> dict[str, Any]:
    answers = [_reference(model) for model in (route.response, route.or_response) if model]
    if route.brief is not None:
        answers.append(_brief(route, route.brief))
    return {"anyOf": answers} if len(answers) > 1 else _reference(route.response)


def _brief(route: Route, fields: Sequence[str]) -> dict[str, Any]:
    """Generate the schema of the reduced answer, for keys without the read scope: these fields of the whole answer, and
    no others.
    """
    names = list(dict.fromkeys(field.partition(".")[0] for field in fields))
    known = _described()[1][_reference(route.response)["$ref"].rpartition("/")[2]].get("properties", {})
    properties = {
        name: _ID_WITHIN if f"{name}.id" in fields else known.get(name, {"type": "string"}) for name in names
    }
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def _page(route: Route) -> dict[str, Any]:
    return {"text/html": {"schema": {}}} if route.pages else {}


def _job(model: str) -> dict[str, Any]:
    return {
        "description": "Accepted: a job performs the request",
        "content": {"application/json": {"schema": _reference(model)}},
    }


def _other(route: Route, status: int) -> dict[str, Any]:
    schema = _reference("base.Error") if route.refused_as == "application/json" else {}
    refused = {"content": {route.refused_as: {"schema": schema}} | _page(route)}
    return {"description": _OTHERS[status]} | (refused if status >= HTTPStatus.BAD_REQUEST else {})


def _others(route: Route) -> list[int]:
    implied = {401} if route.access == WRITE_KEY else {401, 403} if route.authorized else set()
    if route.authorized and (route.query or route.request):
        implied.add(400)
    if route.repeatable:
        implied |= {400, 409, 410} if route.personal else {400, 409}
    if route.conditional:
        implied |= {400, 412}
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


def _reference(model: str | None, mode: JsonSchemaMode = "serialization") -> dict[str, Any]:
    # A model that is used for both requests and responses has two schemas, named by pydantic.
    return _described()[0][_model(model), mode] if model else {}


@cache
def _described() -> tuple[Mapping[Any, dict[str, Any]], dict[str, Any]]:
    """Return the reference to each model in each mode, and the schemas by name."""
    named: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Error, "serialization"): None}
    for route in ROUTES:
        named |= {(_model(route.request), "validation"): None} if route.request else {}
        answers = [model for model in (route.response, route.or_response, route.accepted) if model]
        named |= {(_model(model), "serialization"): None for model in answers}
    references, definitions = models_json_schema(list(named), ref_template=_REFERENCE)
    return references, definitions["$defs"]


def _model(name: str) -> type[BaseModel]:
    area, _, model = name.partition(".")
    found: type[BaseModel] = getattr(importlib.import_module(f"crm.api.models.{area}"), model)
    return found


def main(arguments: list[str]) -> int:
    """Print the document, or with `--check FILE` report whether the file is up to date (exit status 1 if not)."""
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
