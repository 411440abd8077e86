"""A table that refuses the items of some profiles, as DynamoDB refuses items over 400 KB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Body = dict[str, Any]
Answer = tuple[int, Body]

REASON = "Item size has exceeded the maximum allowed size"
NAMESPACE = "com.amazonaws.dynamodb.v20120810#"


class FullItems:
    """Wraps a table's `answer`. `ids`: the profiles whose items are refused; `refused`: refusals by profile."""

    def __init__(self, answer: Callable[[str, Body], Answer]) -> None:
        self._answer = answer
        self.ids: set[str] = set()
        self.refused: dict[str, int] = {}

    def __call__(self, operation: str, body: Body) -> Answer:
        if operation == "PutItem" and self._is_full(body):
            return 400, {"__type": f"{NAMESPACE}ValidationException", "message": REASON}
        if operation == "TransactWriteItems":
            full = [self._is_full(entry.get("Put", {})) for entry in body["TransactItems"]]
            if any(full):
                return 400, _cancelled(full)
        return self._answer(operation, body)

    def _is_full(self, put: Body) -> bool:
        item = put.get("Item", {})
        id_ = item.get("pk", {}).get("S", "").removeprefix("P#")
        if id_ not in self.ids or item["sk"]["S"] != "PROFILE":
            return False
        self.refused[id_] = self.refused.get(id_, 0) + 1
        return True


def _cancelled(full: list[bool]) -> Body:
    reasons = [
        {"Code": "ValidationError", "Message": REASON} if is_full else {"Code": "None"} for is_full in full
    ]
    codes = ", ".join(reason["Code"] for reason in reasons)
    return {
        "__type": f"{NAMESPACE}TransactionCanceledException",
        "message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        "CancellationReasons": reasons,
    }
