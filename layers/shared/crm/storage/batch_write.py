"""Call BatchWriteItem once, with a body prepared item by item: the log writer retries and spills by itself."""

from typing import Any

from botocore.exceptions import BotoCoreError

from crm.storage.prepared_calls import client_error
from crm.storage.transport import Transport

_OPERATION = "BatchWriteItem"


class NotTakenError(Exception):
    """The call failed transiently: a throttle, a timeout, a lost connection, a failure of the service."""


class BatchWrite:
    """A callable for BatchWriteItem."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __call__(self, body: bytes) -> dict[str, Any]:
        """Return the parsed response. Raises NotTakenError, and ClientError for failures that no retry would fix."""
        try:
            answer = self._transport.send(_OPERATION, body)
        except BotoCoreError as error:
            raise NotTakenError from error
        if answer.code == "ValidationException":
            raise client_error(answer, _OPERATION)
        if answer.code is not None:
            raise NotTakenError(answer.code)
        return answer.parsed
