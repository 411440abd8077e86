"""Reads of the capacity meter that are not charged: single items, and all items that a query read."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from tests.support.dynamodb.item_size import Item

Body = Mapping[str, Any]
HIDING = (
    "FilterExpression",
    "ProjectionExpression",
    "QueryFilter",
    "ScanFilter",
    "AttributesToGet",
    "Select",
)
"""Parameters with which a response has less than was read and charged."""
PLACEHOLDER = re.compile(r"[#:]\w+")


class Backend(Protocol):
    """The meter's own access to a table. Its reads are not charged."""

    def item(self, table: str, key: Item) -> Item | None:
        """The whole item of that key now."""

    def matches(self, operation: str, body: Body) -> list[Item]:
        """Return every item that a Query or Scan reads, before filters and projections."""


class ClientBackend:
    """Reads a table through an ordinary boto3 client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def item(self, table: str, key: Item) -> Item | None:
        """Return the current item of a key, by a consistent read."""
        found: Item | None = self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return found

    def matches(self, operation: str, body: Body) -> list[Item]:
        """Repeat a Query or Scan without the parameters in HIDING."""
        whole = {name: value for name, value in body.items() if name not in HIDING}
        names, values = whole.pop("ExpressionAttributeNames", {}), whole.pop("ExpressionAttributeValues", {})
        used = set(PLACEHOLDER.findall(str(whole.get("KeyConditionExpression", ""))))
        for parameter, given in (("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)):
            if needed := {name: value for name, value in given.items() if name in used}:
                whole[parameter] = needed
        call = self._client.query if operation == "Query" else self._client.scan
        found: list[Item] = call(**whole)["Items"]
        return found
