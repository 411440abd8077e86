"""How the capacity meter looks into a table behind its back: single items, and all that a query read."""

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
"""Parameters that make an answer show less than was read, and paid for."""
PLACEHOLDER = re.compile(r"[#:]\w+")


class Backend(Protocol):
    """How the meter looks into the table behind its back. Reads through it are not charged."""

    def item(self, table: str, key: Item) -> Item | None:
        """The whole item of that key now."""

    def matches(self, operation: str, body: Body) -> list[Item]:
        """Every item that this Query or Scan reads, before filters and projections."""


class ClientBackend:
    """Looks into a table through an ordinary boto3 client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def item(self, table: str, key: Item) -> Item | None:
        """The whole item of that key now, by a consistent read."""
        found: Item | None = self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return found

    def matches(self, operation: str, body: Body) -> list[Item]:
        """The same Query or Scan again, without what hides a part of what it reads."""
        whole = {name: value for name, value in body.items() if name not in HIDING}
        names, values = whole.pop("ExpressionAttributeNames", {}), whole.pop("ExpressionAttributeValues", {})
        used = set(PLACEHOLDER.findall(str(whole.get("KeyConditionExpression", ""))))
        for parameter, given in (("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)):
            if needed := {name: value for name, value in given.items() if name in used}:
                whole[parameter] = needed
        call = self._client.query if operation == "Query" else self._client.scan
        found: list[Item] = call(**whole)["Items"]
        return found
