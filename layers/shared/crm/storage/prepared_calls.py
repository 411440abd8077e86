"""Prepared, signed calls of a service that speaks JSON, sent again as AWS's SDKs do (`crm.storage.retries`)."""

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.retries.quota import RetryQuota

from crm.storage.attribute_values import encode
from crm.storage.retries import Retry
from crm.storage.transport import Answer, Transport


class PreparedCalls:
    """Raises ClientError for what the service refuses and BotoCoreError for what does not come through.

    Throttles, failures of the service, timeouts and lost connections are retried before.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._quota = RetryQuota()

    def call(self, operation: str, request: Any) -> dict[str, Any]:
        """The answer to a request."""
        body = encode(request)
        retry = Retry(self._quota)
        while True:
            failure = self._attempt(operation, body)
            if isinstance(failure, Answer) and failure.code is None:
                retry.succeeded()
                return failure.parsed
            delay = retry.delay(failure)
            if delay is None:
                raise failure if isinstance(failure, BotoCoreError) else client_error(failure, operation)
            time.sleep(delay)

    def _attempt(self, operation: str, body: bytes) -> Answer | BotoCoreError:
        try:
            return self._transport.send(operation, body)
        except BotoCoreError as error:
            return error


def client_error(refused: Answer, operation: str) -> ClientError:
    """What botocore would raise: with `CancellationReasons`, and the `Item` of a failed condition, where there are."""
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
