"""Answers of a service in memory, in the form that botocore has them from the network."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import orjson
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

Answer = dict[str, Any]


class ServiceError(Exception):
    """An error as the service would answer it."""

    def __init__(self, code: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.answer = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **fields}


def invalid(message: str) -> ServiceError:
    """The refusal of a request that breaks a rule of the service."""
    return ServiceError("ValidationException", message)


def response(url: str, status: int, body: Answer) -> AWSResponse:
    """A response as botocore would have it from the network."""
    return raw_response(url, status, orjson.dumps(body))


def raw_response(
    url: str, status: int, content: bytes, headers: Mapping[str, str] | None = None
) -> AWSResponse:
    """The same for a body that is written already, or read as a stream."""
    sent_headers = HTTPHeaders()
    for name, value in (headers or {}).items():
        sent_headers[name] = value
    made: Any = AWSResponse(url, status, sent_headers, BytesIO(content))
    made._content = content
    answered: AWSResponse = made
    return answered
