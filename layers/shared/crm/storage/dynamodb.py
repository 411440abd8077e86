"""DynamoDB by prepared, signed calls: the methods, requests, answers and errors are those of botocore's client.

What is left out of botocore is what a call of ours never needs: validation of parameters, endpoint rules, models of
requests and answers. An answer has no `ResponseMetadata`; the response of a ClientError has it.
"""

import time
import uuid
from typing import TYPE_CHECKING, Any, Unpack, cast

from botocore.exceptions import BotoCoreError, ClientError
from botocore.retries.quota import RetryQuota

from crm.storage.attribute_values import encode
from crm.storage.retries import Retry
from crm.storage.transport import Answer, Transport

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import type_defs as types


class DynamoDB:
    """Raises ClientError for what the service refuses and BotoCoreError for what does not come through.

    Throttles, failures of the service, timeouts and lost connections are retried before.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._quota = RetryQuota()

    def get_item(self, **request: "Unpack[types.GetItemInputTypeDef]") -> "types.GetItemOutputTypeDef":
        """Read one item."""
        return cast("types.GetItemOutputTypeDef", self._call("GetItem", request))

    def batch_get_item(
        self, **request: "Unpack[types.BatchGetItemInputTypeDef]"
    ) -> "types.BatchGetItemOutputTypeDef":
        """Read up to 100 items; `UnprocessedKeys` are to be asked for again."""
        return cast("types.BatchGetItemOutputTypeDef", self._call("BatchGetItem", request))

    def query(self, **request: "Unpack[types.QueryInputTypeDef]") -> "types.QueryOutputTypeDef":
        """Read a page of a partition."""
        return cast("types.QueryOutputTypeDef", self._call("Query", request))

    def scan(self, **request: "Unpack[types.ScanInputTypeDef]") -> "types.ScanOutputTypeDef":
        """Read a page of the whole table, or of one segment of it."""
        return cast("types.ScanOutputTypeDef", self._call("Scan", request))

    def describe_table(
        self, **request: "Unpack[types.DescribeTableInputTypeDef]"
    ) -> "types.DescribeTableOutputTypeDef":
        """What DynamoDB tells of the table, for example its size."""
        return cast("types.DescribeTableOutputTypeDef", self._call("DescribeTable", request))

    def put_item(self, **request: "Unpack[types.PutItemInputTypeDef]") -> "types.PutItemOutputTypeDef":
        """Write one whole item."""
        return cast("types.PutItemOutputTypeDef", self._call("PutItem", request))

    def update_item(
        self, **request: "Unpack[types.UpdateItemInputTypeDef]"
    ) -> "types.UpdateItemOutputTypeDef":
        """Change attributes of one item."""
        return cast("types.UpdateItemOutputTypeDef", self._call("UpdateItem", request))

    def delete_item(
        self, **request: "Unpack[types.DeleteItemInputTypeDef]"
    ) -> "types.DeleteItemOutputTypeDef":
        """Delete one item."""
        return cast("types.DeleteItemOutputTypeDef", self._call("DeleteItem", request))

    def batch_write_item(
        self, **request: "Unpack[types.BatchWriteItemInputTypeDef]"
    ) -> "types.BatchWriteItemOutputTypeDef":
        """Put and delete up to 25 items; `UnprocessedItems` are to be written again."""
        return cast("types.BatchWriteItemOutputTypeDef", self._call("BatchWriteItem", request))

    def transact_write_items(
        self, **request: "Unpack[types.TransactWriteItemsInputTypeDef]"
    ) -> "types.TransactWriteItemsOutputTypeDef":
        """Do up to 100 writes, all or none. Attempts share a token: what has been done is not done again."""
        request.setdefault("ClientRequestToken", str(uuid.uuid4()))
        return cast("types.TransactWriteItemsOutputTypeDef", self._call("TransactWriteItems", request))

    def _call(self, operation: str, request: Any) -> dict[str, Any]:
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
