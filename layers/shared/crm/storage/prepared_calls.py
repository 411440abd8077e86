"""Call a service that speaks JSON by prepared, signed requests, retried as AWS's SDKs do (`crm.storage.retries`)."""

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.retries.quota import RetryQuota

from crm.storage.attribute_values import encode_request
from crm.storage.retries import NOT_RETRIED, Retry
from crm.storage.transport import ServiceAnswer, Transport


class PreparedCalls:
    """A caller. Raises ClientError for errors of the service and BotoCoreError for failures of the connection.

    Throttles, failures of the service, timeouts and lost connections are retried before.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._quota = RetryQuota()

    def call(self, operation: str, request: Any) -> dict[str, Any]:
        """Return the response to a request."""
        body = encode_request(request)
        answer = self._attempt(operation, body)
        retry: Retry | None = None
        while isinstance(answer, BotoCoreError) or answer.code is not None:
            retry = retry or Retry(self._quota)
            delay = retry.delay(answer)
            if delay is None:
                raise answer if isinstance(answer, BotoCoreError) else client_error(answer, operation)
            time.sleep(delay)
            answer = self._attempt(operation, body)
        self._quota.release(retry.taken if retry else NOT_RETRIED)
        return answer.parsed

    def _attempt(self, operation: str, body: bytes) -> ServiceAnswer | BotoCoreError:
        try:
            return self._transport.send(operation, body)
        except BotoCoreError as error:
            return error


def client_error(refused: ServiceAnswer, operation: str) -> ClientError:
    """Build the exception that botocore would raise, with `CancellationReasons` and the `Item` of a failed condition if
    present.
    """
    parsed = refused.parsed
    metadata = {
        "HTTPStatusCode": refused.status,
        "RequestId": (refused.headers or {}).get("x-amzn-requestid", ""),
    }
    message = parsed.get("message") or parsed.get("Message") or ""
    response: Any = {
        **{name: value for name, value in parsed.items() if name not in ("__type", "message")},
        "Error": {"Code": refused.code, "Message": message},
        "ResponseMetadata": metadata,
    }
    return ClientError(response, operation)
