"""Everything under one partition key: read by its keys, and deleted many items at a time."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from crm.domain.errors import UnavailableError
from crm.settings import settings
from crm.storage.activity_key import is_activity_key, time_in
from crm.storage.client import dynamodb
from crm.storage.keys import (
    ACTIVITY_PREFIX,
    ANSWER_PREFIX,
    COPY_PREFIX,
    MEMBERSHIP_PREFIX,
    PAGE_PREFIX,
    PK,
    PROFILE_PREFIX,
    PROFILE_SK,
    SK,
    WORK_PREFIX,
)
from crm.storage.log_writer import FIRST_DELIVERY_PREFIX

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
"""Keys that a BatchGetItem takes."""

_ATTEMPTS = 8
_FIRST_PAUSE = 0.05
_TIME_DIGITS = 15


class Piece(NamedTuple):
    """An item that a person's partition holds beside the profile. `at`: the earliest time that it bears, epoch ms;
    None where it bears none.
    """

    sort_key: str
    kind: str
    at: int | None


def pieces_of(profile_id: str) -> Iterator[Piece]:
    """All that the partition holds but the profile, and the marks that tell repeated messages. Consistent, lazy."""
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
            yield Piece(sort_key, _KINDS.get(sort_key[:_PREFIX_LENGTH], OTHERS), _since(item))


def _since(item: Mapping[str, Any]) -> int | None:
    if is_activity_key(item[SK]["S"]):
        return min(time_in(item[SK]["S"]) or 0, int(item["o"]["N"]), int(item["r"]["N"]))
    return int(item["at"]["S"][:_TIME_DIGITS]) if "at" in item else None


def delete_pieces(profile_id: str, sort_keys: Sequence[str]) -> None:
    """Delete from a person's partition. Deleting what is not there is no failure. Raises UnavailableError."""
    delete(PROFILE_PREFIX + profile_id, sort_keys)


def delete(partition: str, sort_keys: Sequence[str]) -> None:
    """Delete items of a partition. Deleting what is not there is no failure. Raises UnavailableError."""
    keys = [{PK: {"S": partition}, SK: {"S": key}} for key in sort_keys]
    write_all([{"DeleteRequest": {"Key": key}} for key in keys])


def put(items: Sequence[Mapping[str, Any]]) -> None:
    """Put items of the table, whatever is stored there. Raises UnavailableError."""
    write_all([{"PutRequest": {"Item": item}} for item in items])


def write_all(requests: Sequence[Any]) -> None:
    """Put and delete items of the table, each one once, in any order. Raises UnavailableError."""
    for start in range(0, len(requests), _CALL_SIZE):
        _write_call({settings().table_name: requests[start : start + _CALL_SIZE]})


def _write_call(asked: Any) -> None:
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(random.random() * _FIRST_PAUSE * 2**attempt)  # noqa: S311 - no secret
        asked = dynamodb().batch_write_item(RequestItems=asked).get("UnprocessedItems")
        if not asked:
            return
    raise UnavailableError("the table does not take everything at the moment", retry_after=1)


def query(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every item of a query of the table, page by page as far as it is asked for."""
    asked: Any = {"TableName": settings().table_name, **request}
    while True:
        answer = dynamodb().query(**asked)
        yield from cast("list[dict[str, Any]]", answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def count(request: Mapping[str, Any]) -> int:
    """How many items a query of the table finds, all pages together."""
    asked: Any = {"TableName": settings().table_name, **request, "Select": "COUNT"}
    counted = 0
    while True:
        answer = dynamodb().query(**asked)
        counted += answer["Count"]
        if "LastEvaluatedKey" not in answer:
            return counted
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def batch_get(wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The items of the table of at most BATCH_GET_ITEMS keys, in no order: `{"Keys": [...], "ConsistentRead": ...}`.

    What DynamoDB leaves out of an answer is asked for again. Raises UnavailableError when it leaves everything out all
    the time.
    """
    asked: Any = {settings().table_name: wanted} if wanted["Keys"] else {}
    attempt = 0
    while asked:
        answer = dynamodb().batch_get_item(RequestItems=asked)
        found = [item for items in answer["Responses"].values() for item in items]
        yield from cast("list[dict[str, Any]]", found)
        asked = answer.get("UnprocessedKeys")
        attempt = 0 if found else attempt + 1
        if asked and attempt == _ATTEMPTS:
            raise UnavailableError("the table answers no reads at the moment", retry_after=1)
        if asked and attempt:
            time.sleep(random.random() * _FIRST_PAUSE * 2**attempt)  # noqa: S311 - no secret
