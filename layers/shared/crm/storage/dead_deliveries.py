"""Store deliveries that were given up: `W#<webhook id>` / `<delivery id>`, in the order of time, for 30 days."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from crm.domain.json_text import encode_text
from crm.domain.stored_record import from_record, to_record
from crm.domain.webhooks.delivery import DeadDelivery
from crm.settings import settings
from crm.storage import partitions
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import EXPIRES_AT, PK, SK, WEBHOOK_PREFIX

_TAKEN = "ConditionalCheckFailedException"


def store_delivery(webhook_id: str, delivery: DeadDelivery) -> None:
    """Store a delivery, unless it is stored already."""
    item: Any = _key(webhook_id, delivery.id) | {
        "document": {"S": encode_text(to_record(delivery))},
        EXPIRES_AT: {"N": str(delivery.expires_at // 1000)},
    }
    try:
        dynamodb().put_item(
            TableName=settings().table_name, Item=item, ConditionExpression="attribute_not_exists(pk)"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != _TAKEN:
            raise


def find(webhook_id: str, delivery_id: str) -> DeadDelivery | None:
    """Find a delivery. Consistent."""
    answer = dynamodb().get_item(
        TableName=settings().table_name, Key=_key(webhook_id, delivery_id), ConsistentRead=True
    )
    return _read(answer["Item"]) if "Item" in answer else None


def newest(webhook_id: str, limit: int, *, before: str | None = None) -> list[DeadDelivery]:
    """Return up to this many deliveries, newest first; `before` is the id of the last one already returned.
    Consistent.
    """
    return list(islice(_query(webhook_id, limit, before=before), limit))


def oldest(webhook_id: str, limit: int) -> list[DeadDelivery]:
    """Return up to this many deliveries, oldest first. Consistent."""
    return list(islice(_query(webhook_id, limit, forward=True), limit))


def delete(webhook_id: str, delivery_ids: Sequence[str]) -> None:
    """Delete a delivery. A missing one is ignored. Raises UnavailableError."""
    partitions.delete(WEBHOOK_PREFIX + webhook_id, delivery_ids)


def _query(
    webhook_id: str, limit: int, *, forward: bool = False, before: str | None = None
) -> Iterator[DeadDelivery]:
    values = {":pk": {"S": WEBHOOK_PREFIX + webhook_id}} | ({":before": {"S": before}} if before else {})
    request = {
        "KeyConditionExpression": "pk = :pk" + (" AND sk < :before" if before else ""),
        "ExpressionAttributeValues": values,
        "ScanIndexForward": forward,
        "Limit": limit,
        "ConsistentRead": True,
    }
    return (_read(item) for item in partitions.query(request))


def _key(webhook_id: str, delivery_id: str) -> Any:
    return {PK: {"S": WEBHOOK_PREFIX + webhook_id}, SK: {"S": delivery_id}}


def _read(item: StoredItem) -> DeadDelivery:
    return from_record(DeadDelivery, json.loads(item["document"]["S"]))
