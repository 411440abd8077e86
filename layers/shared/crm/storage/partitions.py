"""Read the items under one partition key, and delete many items at a time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from crm.domain.errors import UnavailableError
from crm.settings import settings
from crm.storage import backoff
from crm.storage.activity_key import is_activity_key, time_in
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import (
    ACTIVITY_PREFIX,
    ANSWER_PREFIX,
    COPY_PREFIX,
    FIRST_DELIVERY_PREFIX,
    MEMBERSHIP_PREFIX,
    PAGE_PREFIX,
    PK,
    PROFILE_PREFIX,
    PROFILE_SK,
    SK,
    WORK_PREFIX,
)

ACTIVITIES, NOTES, ANSWERS, MEMBERSHIPS = "activities", "notes", "answers", "memberships"
COPIES, PAGES, OTHERS = "copies", "pages", "others"
_KINDS = {
    ACTIVITY_PREFIX: ACTIVITIES,
    WORK_PREFIX: NOTES,
    ANSWER_PREFIX: ANSWERS,
    MEMBERSHIP_PREFIX: MEMBERSHIPS,
    COPY_PREFIX: COPIES,
    PAGE_PREFIX: PAGES,
}
_STAYING = (PROFILE_SK, FIRST_DELIVERY_PREFIX)
_PREFIX_LENGTH = 2
_CALL_SIZE = 25
BATCH_GET_ITEMS = 100
"""Maximum keys of a BatchGetItem call."""

_ATTEMPTS = 8
_TIME_DIGITS = 15


class PartitionItem(NamedTuple):
    """An item in a person's partition next to the profile. `at`: its earliest time, epoch ms; None if it has none."""

    sort_key: str
    kind: str
    at: int | None


def pieces_of(profile_id: str) -> Iterator[PartitionItem]:
    """Yield all items of the partition except the profile and the marks of repeated messages. Consistent, lazy."""
    request = {
        "KeyConditionExpression": "pk = :pk",
        "ProjectionExpression": "sk, o, r, #at",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": {":pk": {"S": PROFILE_PREFIX + profile_id}},
        "ConsistentRead": True,
    }
    for item in query(request):
        sort_key = item[SK]["S"]
        if not sort_key.startswith(_STAYING):
            yield PartitionItem(sort_key, _KINDS.get(sort_key[:_PREFIX_LENGTH], OTHERS), _since(item))


def _since(item: Mapping[str, Any]) -> int | None:
    if is_activity_key(item[SK]["S"]):
        return min(time_in(item[SK]["S"]) or 0, int(item["o"]["N"]), int(item["r"]["N"]))
    return int(item["at"]["S"][:_TIME_DIGITS]) if "at" in item else None


def delete_pieces(profile_id: str, sort_keys: Sequence[str]) -> None:
    """Delete items from a person's partition. Missing items are ignored. Raises UnavailableError."""
    delete(PROFILE_PREFIX + profile_id, sort_keys)


def delete(partition: str, sort_keys: Sequence[str]) -> None:
    """Delete items of a partition. Missing items are ignored. Raises UnavailableError."""
    keys = [{PK: {"S": partition}, SK: {"S": key}} for key in sort_keys]
    write_all([{"DeleteRequest": {"Key": key}} for key in keys])


def put(items: Sequence[Mapping[str, Any]]) -> None:
    """Put items of the table unconditionally. Raises UnavailableError."""
    write_all([{"PutRequest": {"Item": item}} for item in items])


def write_all(requests: Sequence[Any]) -> None:
    """Put and delete items of the table, each one once, in any order. Raises UnavailableError."""
    for start in range(0, len(requests), _CALL_SIZE):
        _write_call({settings().table_name: requests[start : start + _CALL_SIZE]})


def _write_call(call: Any) -> None:
    for attempt in range(_ATTEMPTS):
        if attempt:
            backoff.pause(attempt)
        call = dynamodb().batch_write_item(RequestItems=call).get("UnprocessedItems")
        if not call:
            return
    raise UnavailableError("the table does not accept all items at the moment", retry_after=1)


def query(request: Mapping[str, Any]) -> Iterator[StoredItem]:
    """Yield the items of a query of the table, page by page. Lazy."""
    call: Any = {"TableName": settings().table_name, **request}
    while True:
        answer = dynamodb().query(**call)
        yield from cast("list[StoredItem]", answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        call["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def count_items(request: Mapping[str, Any]) -> int:
    """Count the items that a query of the table finds, over all pages."""
    call: Any = {"TableName": settings().table_name, **request, "Select": "COUNT"}
    counted = 0
    while True:
        answer = dynamodb().query(**call)
        counted += answer["Count"]
        if "LastEvaluatedKey" not in answer:
            return counted
        call["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def batch_get(wanted: Mapping[str, Any]) -> Iterator[StoredItem]:
    """Read the items of at most BATCH_GET_ITEMS keys, unordered: `{"Keys": [...], "ConsistentRead": ...}`.

    Unprocessed keys are requested again. Raises UnavailableError if they stay unprocessed.
    """
    call: Any = {settings().table_name: wanted} if wanted["Keys"] else {}
    attempt = 0
    while call:
        answer = dynamodb().batch_get_item(RequestItems=call)
        found = [item for items in answer["Responses"].values() for item in items]
        yield from cast("list[StoredItem]", found)
        call = answer.get("UnprocessedKeys")
        attempt = 0 if found else attempt + 1
        if call and attempt == _ATTEMPTS:
            raise UnavailableError("the table answers no reads at the moment: retry", retry_after=1)
        if call and attempt:
            backoff.pause(attempt)
