"""Queries and scans of the table in memory: partitions, pages, filters and projections."""

import re
from collections.abc import Iterator

from tests.support.dynamodb.backends import Body
from tests.support.dynamodb.conditions import condition
from tests.support.dynamodb.dynamodb_limits import read_page
from tests.support.dynamodb.item_size import Item, item_size
from tests.support.dynamodb.service_answers import Answer, invalid


def projected(item: Item, body: Body) -> Item:
    """Return an item with the attributes that the call projects, top-level ones only."""
    if "ProjectionExpression" not in body:
        return item
    names = body.get("ExpressionAttributeNames", {})
    wanted = {names.get(name.strip(), name.strip()) for name in body["ProjectionExpression"].split(",")}
    return {name: value for name, value in item.items() if name in wanted}


def partition_value(body: Body, key: str) -> str:
    """Return the partition key of a query. Raises ServiceError if it has none."""
    placeholders = [name for name, value in body.get("ExpressionAttributeNames", {}).items() if value == key]
    names = "|".join(re.escape(name) for name in [key, *placeholders])
    found = re.search(rf"(?:{names})\s*=\s*(:\w+)", body["KeyConditionExpression"])
    if found is None:
        raise invalid(f"Query condition missed key schema element: {key}")
    return str(next(iter(body["ExpressionAttributeValues"][found[1]].values())))


def page_of(items: Iterator[Item], body: Body, key_names: set[str]) -> Answer:
    """Return the response over these items: limited, then filtered, then projected, as DynamoDB does it."""
    read, more = read_page(items, body.get("Limit"), item_size)
    last = {"LastEvaluatedKey": {name: read[-1][name] for name in key_names}} if more else {}
    kept = [item for item in read if _passes(item, body)]
    page: Answer = {"Count": len(kept), "ScannedCount": len(read), **last}
    if body.get("Select") != "COUNT":
        page["Items"] = [projected(item, body) for item in kept]
    return page


def _passes(item: Item, body: Body) -> bool:
    if "FilterExpression" not in body:
        return True
    holds = condition(body["FilterExpression"], body.get("ExpressionAttributeNames", {}))
    return holds(item, body.get("ExpressionAttributeValues", {}))
