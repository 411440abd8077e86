"""Responses of a service in memory, in the form in which botocore receives them from the network."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import orjson
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

Answer = dict[str, Any]


class ServiceError(Exception):
    """An error response of the service."""

    def __init__(self, code: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.answer = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **fields}


def invalid(message: str) -> ServiceError:
    """Build the error of a request that breaks a rule of the service."""
    return ServiceError("ValidationException", message)


def response(url: str, status: int, body: Answer) -> AWSResponse:
    """Build a response as botocore receives it from the network."""
    return raw_response(url, status, orjson.dumps(body))


def raw_response(
    url: str, status: int, content: bytes, headers: Mapping[str, str] | None = None
) -> AWSResponse:
    """Build a response from bytes or a stream."""
    sent_headers = HTTPHeaders()
    for name, value in (headers or {}).items():
        sent_headers[name] = value
    made: Any = AWSResponse(url, status, sent_headers, BytesIO(content))
    made._content = content
    answered: AWSResponse = made
    return answered
