"""Scan the whole table, segment by segment, for the ids of logs and profiles."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import ACTIVITY_PREFIX, PK, PROFILE_PREFIX, PROFILE_SK

"""The exclusive start key at which the scan of a segment continues."""


class Received(NamedTuple):
    """The instants (epoch ms) between which an activity was received, both included."""

    since: int
    until: int


def table_bytes() -> int:
    """Return the size of the table, which DynamoDB updates every six hours."""
    return int(dynamodb().describe_table(TableName=settings().table_name)["Table"].get("TableSizeBytes", 0))


def pages(
    segment: int, segments: int, start: StoredItem | None, received: Received | None
) -> Iterator[tuple[list[str], StoredItem | None]]:
    """Yield the ids of the profiles with items on a page of the segment, each once, and the position after the page;
    None after the last one. `received`: only profiles with an activity received then.
    """
    request: dict[str, Any] = {
        "TableName": settings().table_name,
        "Segment": segment,
        "TotalSegments": segments,
        "ProjectionExpression": PK,
        **_filter(received),
    }
    if start:
        request["ExclusiveStartKey"] = start
    while True:
        page = dynamodb().scan(**request)
        ids = dict.fromkeys(item[PK]["S"].removeprefix(PROFILE_PREFIX) for item in page["Items"])
        place = page.get("LastEvaluatedKey")
        yield list(ids), place
        if place is None:
            return
        request["ExclusiveStartKey"] = place


def _filter(received: Received | None) -> dict[str, Any]:
    values = {":profiles": {"S": PROFILE_PREFIX}, ":log": {"S": ACTIVITY_PREFIX}}
    if received is None:
        return {
            "FilterExpression": "begins_with(pk, :profiles) AND (begins_with(sk, :log) OR sk = :profile)",
            "ExpressionAttributeValues": values | {":profile": {"S": PROFILE_SK}},
        }
    times = {":since": {"N": str(received.since)}, ":until": {"N": str(received.until)}}
    return {
        "FilterExpression": (
            "begins_with(pk, :profiles) AND begins_with(sk, :log) AND r BETWEEN :since AND :until"
        ),
        "ExpressionAttributeValues": values | times,
    }
