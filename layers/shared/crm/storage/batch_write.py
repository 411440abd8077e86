"""BatchWriteItem with a prepared body, past botocore's request building and response parsing, its dearest parts.

Credentials, connection and events (`before-send`, `response-received`) are those of the client, so that whatever
watches or replaces the network sees these calls as any other.
"""

import json
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from botocore.exceptions import BotoCoreError, ClientError
from botocore.hooks import first_non_none_response

from crm.storage.signature import RequestSigner

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OPERATION = "BatchWriteItem"
_TARGET = f"DynamoDB_20120810.{OPERATION}"
_FIRST_ERROR_STATUS = 300


class NotTakenError(Exception):
    """The call did not come through: a throttle, a timeout, a lost connection, a failure of the service."""


class BatchWrite:
    """Calls BatchWriteItem with a client's own credentials, on its own connection."""

    def __init__(self, client: "DynamoDBClient") -> None:
        internals: Any = client
        self._connection = internals._endpoint.http_session
        self._events: Any = client.meta.events
        self._url = client.meta.endpoint_url.rstrip("/") + "/"
        self._signer = RequestSigner(
            internals._request_signer._credentials,
            url=self._url,
            region=client.meta.region_name,
            service="dynamodb",
        )
        self._headers = {
            "content-type": "application/x-amz-json-1.0",
            "user-agent": internals.meta.config.user_agent,
        }

    def __call__(self, body: bytes) -> dict[str, Any]:
        """The parsed answer. Raises NotTakenError, and ClientError for what no retry would put right."""
        try:
            response = self._send(self._sign(body))
        except BotoCoreError as error:
            raise NotTakenError from error
        parsed = _parse(response)
        self._emit(
            "response-received", response_dict=None, parsed_response=parsed, context={}, exception=None
        )
        if response.status_code >= _FIRST_ERROR_STATUS:
            raise _failure(parsed)
        return parsed

    def _sign(self, body: bytes) -> AWSPreparedRequest:
        headers: Any = HeadersDict(self._headers | self._signer.headers(body, _TARGET))
        headers["content-length"] = str(len(body))
        return AWSPreparedRequest("POST", self._url, headers, body, False)

    def _send(self, request: Any) -> Any:
        answered = first_non_none_response(self._emit("before-send", request=request))
        return self._connection.send(request) if answered is None else answered

    def _emit(self, event: str, **what: Any) -> Any:
        return self._events.emit(f"{event}.dynamodb.{OPERATION}", **what)


def _parse(response: Any) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = json.loads(response.content)
    except ValueError as error:  # a proxy's page, or half an answer
        raise NotTakenError from error
    return parsed


def _failure(answer: dict[str, Any]) -> Exception:
    code = str(answer.get("__type", "")).rpartition("#")[2]
    if code == "ValidationException":
        return ClientError({"Error": {"Code": code, "Message": str(answer.get("message", ""))}}, OPERATION)
    return NotTakenError(code)
