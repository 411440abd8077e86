"""Compare the API with its own OpenAPI document."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, Config, GenerationMode, Response, openapi
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.e2e.stack import Stack, basic, call

_CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_STRICT_CHECKS = [*_CHECKS, negative_data_rejection]
_TOLERANT = {"tracking", "forms", "unsubscribing"}
"""Tags of operations that accept any input, since clients, pages and mail programs send it."""
_TIMEOUT_S = 120
"""The local stack's timeout of a function: a preview evaluates customers for up to 8 seconds."""

_CONFIG = {
    "max-redirects": 0,
    "generation": {"with-security-parameters": False},
    "checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}},
}


@dataclass(frozen=True)
class Request:
    """The request of an operation: `path` and `query` by the names of the parameters."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = NOT_SET
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Contract:
    """The document of a stack, and requests to the stack with its admin key."""

    def __init__(self, stack: Stack) -> None:
        # The requests create and delete data: send them only to a local stack.
        assert urlsplit(stack.api_url).hostname == "127.0.0.1", f"{stack.api_url} is not on this machine"
        self.document = call(f"{stack.api_url}/openapi.json").json()
        schema = openapi.from_dict(self.document, config=Config.from_dict(_CONFIG))
        schema.config.update(base_url=stack.api_url)
        operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
        self._operations = {operation.definition.raw["operationId"]: operation for operation in operations}
        self._keys = {
            "apiKey": {"authorization": f"Bearer {stack.api_key}"},
            "writeKey": basic(stack.write_key),
        }

    def ask(self, operation_id: str, request: Request) -> Response:
        """Send a request. Raises schemathesis' FailureGroup if the response differs from the document."""
        case = self._operations[operation_id].Case(
            path_parameters=request.path,
            query=request.query,
            headers=request.headers,
            body=request.body,
            media_type=None if request.body is NOT_SET else request.media_type,
        )
        return self._answer(case)

    def explore(self, operation_id: str, good: Callable[[], Request], *, examples: int) -> None:
        """Send valid and invalid requests, about the objects of a valid request and about missing ones.

        The requests are the same each time. Raises schemathesis' FailureGroup for the first undocumented response.
        """
        for strategy, share in self._strategies(operation_id, good):

            @settings(
                max_examples=max(1, int(examples * share)),
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(strategy)
            def is_answered_as_documented(case: Case[Any]) -> None:
                self._answer(case)

            is_answered_as_documented()

    def _strategies(
        self, operation_id: str, good: Callable[[], Request]
    ) -> Iterator[tuple[SearchStrategy[Case[Any]], float]]:
        """Return the strategies, each with its share of the examples."""
        operation, first = self._operations[operation_id], good()
        place = first.path
        whose = {name: value for name, value in place.items() if name == "id"}
        if operation.body or operation.query or operation.headers:
            completed = partial(_completed, good=(lambda: first) if place else good)
            yield operation.as_strategy(path_parameters=place).map(completed), 1
        if whose and whose != place:
            yield operation.as_strategy(path_parameters=whose).map(_unconditional), 1
        elif place:
            yield operation.as_strategy().map(_elsewhere), 1 / 2
        if operation.body or operation.query:
            yield operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=place), 1

    def _answer(self, case: Case[Any]) -> Response:
        operation = case.operation
        security = operation.definition.raw["security"]
        headers = self._keys[next(iter(security[0]))] if security else {}
        strict = operation.body and not operation.query and not _TOLERANT.intersection(operation.tags)
        checks = _STRICT_CHECKS if strict else _CHECKS
        return case.call_and_validate(headers=headers, checks=checks, timeout=_TIMEOUT_S)


def _completed(case: Case[Any], good: Callable[[], Request]) -> Case[Any]:
    """Add the fields of a valid request, since random ones are seldom valid."""
    if not isinstance(case.body, dict):
        return case
    case.body = case.body | good().body
    return _unconditional(case)


def _unconditional(case: Case[Any]) -> Case[Any]:
    """Remove a random ETag, which would hardly match."""
    case.headers.clear()
    return case


def _elsewhere(case: Case[Any]) -> Case[Any]:
    """Replace ids by unknown ones, because random texts could name a standard attribute and archive it."""
    case.path_parameters = {name: f"{value}~" for name, value in case.path_parameters.items()}
    return case
