"""Send one HTTP request to DynamoDB or EventBridge with a prepared body, without botocore's serializer and parser.

Those two are the most expensive parts of a call (decision 022). botocore's events `before-send` and `response-received`
are emitted, so that tools which observe or replace the network see these calls as any other.
"""

import time
import zlib
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError, ChecksumError, HTTPClientError
from botocore.hooks import first_non_none_response

from crm.storage.attribute_values import decode_response
from crm.storage.connection import Connection
from crm.storage.signature import RequestSigner

_FIRST_ERROR_STATUS = 300
_SERVER_ERRORS = 500
_WRONG_CLOCK = frozenset({"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed"})
_TOLERATED_S = 60
"""A clock that is off by less does not explain a rejected signature: AWS tolerates some minutes."""


@dataclass(slots=True)  # a frozen dataclass would take three times as long to create, for every call
class ServiceAnswer:
    """The response of the service. `code` of its error, None on success.

    `reset_clock`: the signature was rejected because of the local clock, which has been corrected.
    """

    status: int
    parsed: dict[str, Any]
    code: str | None = None
    headers: Any = None
    reset_clock: bool = False


class _Headers(dict[str, str]):
    """Headers with names in lower case, found in any case: botocore's `HeadersDict` takes longer than signing."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Return the header, or the default."""
        return super().get(name.lower(), default)


class Transport:
    """A sender of signed requests on a connection."""

    def __init__(self, connection: Connection, user_agent: str) -> None:
        self._connection, self._service = connection, connection.service
        self._signer = RequestSigner(
            connection.credentials,
            url=connection.url,
            region=connection.region,
            service=self._service.endpoint,
        )
        self._headers = {
            "content-type": f"application/x-amz-json-{self._service.json_version}",
            "user-agent": user_agent,
        }

    def send(self, operation: str, body: bytes) -> ServiceAnswer:
        """Send once. Raises BotoCoreError if there is no complete response."""
        try:
            answer = self._read(self._exchange(operation, self._sign(operation, body)))
        except BotoCoreError as error:
            self._emit_received(operation, None, error)
            raise
        self._emit_received(operation, answer.parsed, None)
        return answer

    def _sign(self, operation: str, body: bytes) -> AWSPreparedRequest:
        signed = self._signer.headers(body, f"{self._service.target}.{operation}")
        headers: Any = _Headers(self._headers | signed)
        headers["content-length"] = str(len(body))
        return AWSPreparedRequest("POST", self._connection.url, headers, body, False)

    def _exchange(self, operation: str, request: Any) -> Any:
        results = self._connection.events.emit(f"before-send.{self._service.id}.{operation}", request=request)
        answered = first_non_none_response(results) if results else None
        return self._connection.http.send(request) if answered is None else answered

    def _emit_received(self, operation: str, parsed: dict[str, Any] | None, error: Exception | None) -> None:
        self._connection.events.emit(
            f"response-received.{self._service.id}.{operation}",
            response_dict=None,
            parsed_response=parsed,
            context={},
            exception=error,
        )

    def _read(self, response: Any) -> ServiceAnswer:
        content, status = response.content, response.status_code
        _check(content, response.headers.get("x-amz-crc32"))
        try:
            parsed = decode_response(content)
        except ValueError as error:  # a proxy's page, or half a response
            if status < _FIRST_ERROR_STATUS:
                raise HTTPClientError(error=error) from error
            parsed = {}
        if status < _FIRST_ERROR_STATUS:
            return ServiceAnswer(status, parsed)
        code = str(parsed.get("__type", "")).rpartition("#")[2] or str(status)
        return ServiceAnswer(
            status, parsed, code, response.headers, self._reset_clock(code, response.headers)
        )

    def _reset_clock(self, code: str, headers: Any) -> bool:
        """Correct the local clock. Returns whether it was wrong; signatures then use the service's time."""
        date = headers.get("date") if code in _WRONG_CLOCK else None
        if not date:
            return False
        ahead = parsedate_to_datetime(date).timestamp() - time.time()
        if abs(ahead - self._signer.clock_ahead) <= _TOLERATED_S:
            return False
        self._signer.clock_ahead = ahead
        return True


def _check(content: bytes, expected: str | None) -> None:
    """Verify the checksum of a response. Raises ChecksumError."""
    if expected is None:
        return
    actual = zlib.crc32(content)
    if actual != int(expected):
        raise ChecksumError(checksum_type="crc32", expected_checksum=expected, actual_checksum=str(actual))
