"""Call DynamoDB by prepared, signed requests, with the methods, arguments, responses and errors of botocore's client.

It leaves out what the calls of this project never need: validation of parameters, endpoint rules, models of requests
and responses. A response has no `ResponseMetadata`; the response of a ClientError has it.
"""

import uuid
from typing import TYPE_CHECKING, Unpack, cast

from crm.storage.prepared_calls import PreparedCalls

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import type_defs as types


class DynamoDB(PreparedCalls):
    """A client with the DynamoDB operations that storage uses."""

    def get_item(self, **request: "Unpack[types.GetItemInputTypeDef]") -> "types.GetItemOutputTypeDef":
        """Read one item."""
        return cast("types.GetItemOutputTypeDef", self.call("GetItem", request))

    def batch_get_item(
        self, **request: "Unpack[types.BatchGetItemInputTypeDef]"
    ) -> "types.BatchGetItemOutputTypeDef":
        """Read up to 100 items; `UnprocessedKeys` must be requested again."""
        return cast("types.BatchGetItemOutputTypeDef", self.call("BatchGetItem", request))

    def query(self, **request: "Unpack[types.QueryInputTypeDef]") -> "types.QueryOutputTypeDef":
        """Read a page of a partition."""
        return cast("types.QueryOutputTypeDef", self.call("Query", request))

    def scan(self, **request: "Unpack[types.ScanInputTypeDef]") -> "types.ScanOutputTypeDef":
        """Read a page of the whole table, or of one segment of it."""
        return cast("types.ScanOutputTypeDef", self.call("Scan", request))

    def describe_table(
        self, **request: "Unpack[types.DescribeTableInputTypeDef]"
    ) -> "types.DescribeTableOutputTypeDef":
        """Read the description of the table, for example its size."""
        return cast("types.DescribeTableOutputTypeDef", self.call("DescribeTable", request))

    def put_item(self, **request: "Unpack[types.PutItemInputTypeDef]") -> "types.PutItemOutputTypeDef":
        """Write one whole item."""
        return cast("types.PutItemOutputTypeDef", self.call("PutItem", request))

    def update_item(
        self, **request: "Unpack[types.UpdateItemInputTypeDef]"
    ) -> "types.UpdateItemOutputTypeDef":
        """Update attributes of one item."""
        return cast("types.UpdateItemOutputTypeDef", self.call("UpdateItem", request))

    def delete_item(
        self, **request: "Unpack[types.DeleteItemInputTypeDef]"
    ) -> "types.DeleteItemOutputTypeDef":
        """Delete one item."""
        return cast("types.DeleteItemOutputTypeDef", self.call("DeleteItem", request))

    def batch_write_item(
        self, **request: "Unpack[types.BatchWriteItemInputTypeDef]"
    ) -> "types.BatchWriteItemOutputTypeDef":
        """Put and delete up to 25 items; `UnprocessedItems` must be written again."""
        return cast("types.BatchWriteItemOutputTypeDef", self.call("BatchWriteItem", request))

    def transact_write_items(
        self, **request: "Unpack[types.TransactWriteItemsInputTypeDef]"
    ) -> "types.TransactWriteItemsOutputTypeDef":
        """Perform up to 100 writes, all or none. Retries share a token, so that they are idempotent."""
        request.setdefault("ClientRequestToken", str(uuid.uuid4()))
        return cast("types.TransactWriteItemsOutputTypeDef", self.call("TransactWriteItems", request))
