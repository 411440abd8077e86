"""Answer AWS calls from memory before botocore builds a request, which takes longer than the answer.

Calls with a planned fault, and those of benches, go through botocore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from unittest import mock

import orjson
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ParamValidationError
from botocore.validate import ParamValidationDecorator, ParamValidator

from crm.storage.attribute_values import decode_response, encode_request
from crm.storage.transport import ServiceAnswer, Transport

_CLIENT: Any = BaseClient
FIRST_ERROR_STATUS = 300
Body = dict[str, Any]
Answer = tuple[int, Body]


class Services(Protocol):
    """Services in memory that can answer a call directly."""

    def serves(self, service: str) -> bool:
        """Return whether calls of this service are answered directly; otherwise, they go through botocore."""
        ...

    def answer_json(self, operation: str, body: Body) -> Answer:
        """Return the response of a service with a JSON protocol, in its own form."""
        ...

    def answer_files(self, operation: str, parameters: Body) -> Answer:
        """Return S3's response, as botocore would parse it."""
        ...


@contextmanager
def answered_directly(services: Services) -> Iterator[None]:
    """Let these services answer the calls of all clients first."""
    with (
        mock.patch.object(_CLIENT, "_make_api_call", _calls_of_clients(services, _CLIENT._make_api_call)),
        mock.patch.object(Transport, "send", _calls_of_transports(services, Transport.send)),
    ):
        yield


def _calls_of_clients(services: Services, others: Callable[..., Any]) -> Callable[..., Any]:
    def call(client: Any, operation: str, parameters: Any) -> Any:
        service = client.meta.service_model.service_id.hyphenize()
        if not services.serves(service) or (service == "dynamodb" and _transforms(client)):
            return others(client, operation, parameters)
        _validate(client, operation, parameters)
        if service == "s3":
            return _parsed(client, operation, *services.answer_files(operation, parameters))
        status, answer = services.answer_json(operation, orjson.loads(encode_request(parameters)))
        return _parsed(client, operation, status, decode_response(orjson.dumps(answer)))

    return call


def _transforms(client: Any) -> bool:
    """Return whether a client may be one of a boto3 resource, which transforms values; the product's client is not."""
    return _validates(client)


def _validates(client: Any) -> bool:
    # `client.meta.config` does not contain the setting.
    return isinstance(client._serializer, ParamValidationDecorator)


def _validate(client: Any, operation: str, parameters: Any) -> None:
    if _validates(client):
        shape = client.meta.service_model.operation_model(operation).input_shape
        report = ParamValidator().validate(parameters, shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())


def _parsed(client: Any, operation: str, status: int, answer: Body) -> Body:
    metadata = {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}
    if status < FIRST_ERROR_STATUS:
        return answer | {"ResponseMetadata": metadata}
    error = answer.get("Error") or {"Code": _code(answer), "Message": answer.get("message", "")}
    shape = client.meta.service_model.shape_for_error_code(error["Code"])
    shown = {name: value for name, value in answer.items() if shape and name in shape.members}
    response: Any = shown | {"Error": error, "ResponseMetadata": metadata}
    raised: type[ClientError] = client.exceptions.from_code(error["Code"])
    raise raised(response, operation)


def _code(answer: Body) -> str:
    return str(answer.get("__type", "")).rpartition("#")[2]


def _calls_of_transports(services: Services, others: Callable[..., Any]) -> Callable[..., Any]:
    def send(transport: Transport, operation: str, body: bytes) -> Any:
        if not services.serves(transport._service.id):
            return others(transport, operation, body)
        status, answer = services.answer_json(operation, orjson.loads(body))
        parsed = decode_response(orjson.dumps(answer))
        return ServiceAnswer(status, parsed, _code(parsed) if status >= FIRST_ERROR_STATUS else None)

    return send
