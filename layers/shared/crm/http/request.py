"""Read a request for a handler: routed, authorized, with parsed parameters."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar, cast
from urllib.parse import unquote

from crm.api import parameters
from crm.api.route import Route
from crm.domain.api_key import Principal
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.well_formed import REASON, is_well_formed
from crm.http import cursors
from crm.http.body import read_bytes, read_model

MAX_PARAMETER_LENGTH = 512
"""Maximum length of a path parameter, in characters. DynamoDB rejects keys of more than 2048 bytes."""

Command = TypeVar("Command")
Query = TypeVar("Query")
IDEMPOTENCY_KEY = "idempotency-key"
_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')


class EditContext(TypedDict):
    """Who makes a change, when (epoch milliseconds), and the ETag that is expected."""

    by: Principal
    now: int
    expected: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `path` and `parameters` contain the declared parameters, decoded; `parameters`, those of the query, by
    the keywords of the service.
    """

    route: Route
    principal: Principal
    path: dict[str, str]
    parameters: dict[str, Any]
    event: dict[str, Any]

    @property
    def now(self) -> int:
        """Return the time of the call, in epoch milliseconds."""
        return time.time_ns() // 1_000_000

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers, by names in lower case."""
        return self.event.get("headers") or {}

    @property
    def if_match(self) -> str | None:
        """Return the ETag that the caller expects, without quotes; None if any version matches.

        Raises InvalidInputError `invalid_if_match`.
        """
        sent = self.headers.get("if-match", "*").strip()
        if sent == "*":
            return None
        found = _ENTITY_TAG.fullmatch(sent)
        if found is None:
            raise InvalidInputError(
                'If-Match must be one ETag as it was returned, with its quotes: "<id>.<version>"',
                code="invalid_if_match",
                details={"header": "If-Match"},
            )
        return found[1]

    @property
    def edit_context(self) -> EditContext:
        """Return the keywords that services which change something share. Raises InvalidInputError."""
        return {"by": self.principal, "now": self.now, "expected": self.if_match}

    @property
    def raw_body(self) -> bytes:
        """Return the body as it was sent, for bodies other than JSON. Raises InvalidInputError `invalid_body`."""
        return read_bytes(self.event)

    @property
    def filters(self) -> dict[str, Any]:
        """Return the values of the filters that were sent, by name."""
        filters = [parameter.keyword for parameter in self.route.query if parameter.narrows]
        return {name: self.parameters[name] for name in filters if self.parameters[name] is not None}

    def query(self, query: type[Query]) -> Query:
        """Return the query parameters except filters. `query` is their type in `crm.api.queries`.

        Raises LookupError if the route declares others.
        """
        names = {parameter.keyword for parameter in self.route.query if not parameter.narrows}
        if names != query.__annotations__.keys():
            raise LookupError(f"{self.route.key} declares {sorted(names)}, not {query.__name__}")
        return cast(Query, {name: self.parameters[name] for name in names})

    def body(self, command: type[Command]) -> Command:
        """Return the fields that were sent, validated by the route's model. `command` is the model's type in
        `crm.domain.commands`.

        Raises InvalidInputError, and LookupError if the route declares another model.
        """
        declared = self.route.request or ""
        if declared.rpartition(".")[2] != command.__name__:
            raise LookupError(f"{self.route.key} declares the request {declared}, not {command.__name__}")
        return cast(Command, read_model(self.event, declared))

    def next_cursor(self, position: dict[str, Any] | None) -> str | None:
        """Return the cursor of the next page; None after the last page."""
        return cursors.encode_cursor(position, listing=_listing(self.route, self.path, self.parameters))


def read_request(route: Route, principal: Principal, event: dict[str, Any]) -> Request:
    """Read a request. Raises InvalidInputError for an invalid parameter or cursor, NotFoundError for a path that is too
    long.
    """
    path = _read_path(event.get("pathParameters") or {})
    values = parameters.read_query(route.query, event.get("queryStringParameters") or {})
    if "cursor" in values:
        values["cursor"] = cursors.decode_cursor(values["cursor"], listing=_listing(route, path, values))
    return Request(route, principal, path, values, event)


def _read_path(given: dict[str, str]) -> dict[str, str]:
    # API Gateway decodes every escape of a path except `%25`; decoding once more gives what the client sent.
    path = {name: unquote(value) for name, value in given.items()}
    for name, value in path.items():
        if not is_well_formed(value):
            raise InvalidInputError(
                f"{name} in the path {REASON}", code="invalid_parameter", details={"parameter": name}
            )
    if any(len(value) > MAX_PARAMETER_LENGTH for value in path.values()):
        raise NotFoundError(f"names in a path have at most {MAX_PARAMETER_LENGTH} characters")
    return path


def _listing(route: Route, path: dict[str, str], values: dict[str, Any]) -> str:
    fixed = {name: value for name, value in values.items() if name not in {"counts", "cursor", "limit"}}
    return json.dumps([route.key, path, fixed], sort_keys=True)
