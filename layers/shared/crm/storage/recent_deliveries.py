"""Store recent deliveries and their last result: `W#<webhook id>#recent` / `<delivery id>`, for 3 days."""

import json
from itertools import islice
from typing import Any

from crm.domain.json_text import encode_text
from crm.domain.stored_record import from_record, to_record
from crm.domain.webhooks.delivery import AttemptedDelivery
from crm.settings import settings
from crm.storage import partitions
from crm.storage.client import dynamodb
from crm.storage.keys import EXPIRES_AT, PK, SK, WEBHOOK_PREFIX

_SUFFIX = "#recent"


def store_delivery(webhook_id: str, delivery: AttemptedDelivery) -> None:
    """Store a delivery; a later attempt replaces it. Raises botocore's errors."""
    item: Any = _key(webhook_id, delivery.id) | {
        "document": {"S": encode_text(to_record(delivery))},
        EXPIRES_AT: {"N": str(delivery.expires_at // 1000)},
    }
    dynamodb().put_item(TableName=settings().table_name, Item=item)


def find(webhook_id: str, delivery_id: str) -> AttemptedDelivery | None:
    """Find a delivery. Consistent."""
    key = _key(webhook_id, delivery_id)
    answer = dynamodb().get_item(TableName=settings().table_name, Key=key, ConsistentRead=True)
    return _read(answer["Item"]) if "Item" in answer else None


def newest(webhook_id: str, limit: int, *, before: str | None = None) -> list[AttemptedDelivery]:
    """Return up to this many deliveries, newest event first; `before` is the id of the last one already returned."""
    values = {":pk": {"S": _partition(webhook_id)}} | ({":before": {"S": before}} if before else {})
    request = {
        "KeyConditionExpression": "pk = :pk" + (" AND sk < :before" if before else ""),
        "ExpressionAttributeValues": values,
        "ScanIndexForward": False,
        "Limit": limit,
        "ConsistentRead": True,
    }
    return [_read(item) for item in islice(partitions.query(request), limit)]


def _partition(webhook_id: str) -> str:
    return WEBHOOK_PREFIX + webhook_id + _SUFFIX


def _key(webhook_id: str, delivery_id: str) -> Any:
    return {PK: {"S": _partition(webhook_id)}, SK: {"S": delivery_id}}


def _read(item: dict[str, Any]) -> AttemptedDelivery:
    return from_record(AttemptedDelivery, json.loads(item["document"]["S"]))
