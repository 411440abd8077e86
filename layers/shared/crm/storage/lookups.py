"""Read definitions by the low-level client, for the functions that must start fast."""

import json
from typing import Any

from crm.domain.json_text import JsonObject
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import PK, SK, definition_pk

DOCUMENT = "document"


def find(kind: str, id: str) -> JsonObject | None:
    """Return the document of a definition, or None. Consistent: a definition that was just created is found."""
    answer = dynamodb().get_item(
        TableName=settings().table_name,
        Key={PK: {"S": definition_pk(kind)}, SK: {"S": id}},
        ProjectionExpression=DOCUMENT,
        ConsistentRead=True,
    )
    if "Item" not in answer:
        return None
    document: JsonObject = json.loads(answer["Item"][DOCUMENT]["S"])
    return document


def find_beginning(kind: str, prefix: str) -> JsonObject | None:
    """Return the document of the first definition whose id has this prefix, or None. Consistent."""
    answer = dynamodb().query(
        TableName=settings().table_name,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues={":pk": {"S": definition_pk(kind)}, ":prefix": {"S": prefix}},
        ConsistentRead=True,
        Limit=1,
    )
    found: list[JsonObject] = [json.loads(item[DOCUMENT]["S"]) for item in answer["Items"]]
    return found[0] if found else None


def find_all(kind: str) -> list[JsonObject]:
    """Return every document of a kind, ordered by id. Consistent."""
    request: Any = {
        "TableName": settings().table_name,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": definition_pk(kind)}},
        "ConsistentRead": True,
    }
    found: list[JsonObject] = []
    while True:
        page = dynamodb().query(**request)
        found += [json.loads(item[DOCUMENT]["S"]) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return found
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
