"""Tasks of all customers, in the index `groups` by status: sorted by who has to do them, then by when they are due."""

import heapq
import json
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from crm.domain.work import TASK, Work
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import GROUPS_INDEX, GROUPS_PK, GROUPS_SK, PK, PROFILE_PREFIX, SK, WORK_PREFIX
from crm.storage.partitions import batch_get
from crm.storage.shards import shard_of, to_read, written

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

_Item = dict[str, Any]
_PAGE = 100
_PARTITION = "TASKS#"
_SEPARATOR = "\x1f"  # sorts before whatever a text may hold
_BEHIND = "\x7f"  # sorts behind whatever a due date begins with
_LAST = "\U0010ffff"
_NEVER_DUE = "~"


class Entry(NamedTuple):
    """A task in the index: its status and its place in the order, the profile whose log tells of it, and its id."""

    status: str
    place: str
    profile_id: str
    id: str


def index_entry(profile_id: str, work: Work) -> _Item:
    """What an item needs to be in the index; nothing where it is no task, or none any more."""
    if work["kind"] != TASK or "deleted" in work:
        return {}
    return {
        GROUPS_PK: {"S": _partition(work["status"], shard_of(profile_id, written().groups))},
        GROUPS_SK: {"S": _place_of(work)},
        "profile_id": {"S": profile_id},
    }


def is_current(entry: Entry, work: Work) -> bool:
    """Whether the index, which lags behind, says what the task is now."""
    return "deleted" not in work and (entry.status, entry.place) == (work["status"], _place_of(work))


def tasks_in_order(statuses: Iterable[str], assignee: str | None, start: str | None) -> Iterator[Entry]:
    """By assignee (those of nobody first), due date and id, from behind the place `start` on. Lazy."""
    first, last = (
        (assignee + _SEPARATOR, assignee + _SEPARATOR + _BEHIND) if assignee else (_SEPARATOR, _LAST)
    )
    asked = [
        _request(_partition(status, shard), start or first, last)
        for status in statuses
        for shard in range(to_read().groups)
    ]
    for item in heapq.merge(*map(query, asked), key=_place):
        if _place(item) != start:
            yield _entry(item)


def find_tasks(entries: Collection[Entry]) -> dict[str, Work]:
    """The tasks of at most 100 entries as they are now, by id. Raises UnavailableError."""
    keys = [work_key(entry.profile_id, entry.id) for entry in entries]
    works = map(read_work, batch_get({"Keys": keys, "ConsistentRead": True}))
    return {work["id"]: work for work in works}


def work_key(profile_id: str, id: str) -> _Item:
    """The key of a note or task."""
    return {PK: {"S": PROFILE_PREFIX + profile_id}, SK: {"S": WORK_PREFIX + id}}


def read_work(item: Any) -> Work:
    """The note or task that an item holds."""
    work: Work = json.loads(item["document"]["S"])
    return work


def query(request: _Item) -> Iterator[_Item]:
    """Every item of a query of the table, page by page as far as it is asked for."""
    asked = cast("QueryInputTypeDef", {"TableName": settings().table_name, **request})
    while True:
        answer = dynamodb().query(**asked)
        yield from cast("list[_Item]", answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _request(partition: str, first: str, last: str) -> _Item:
    return {
        "IndexName": GROUPS_INDEX,
        "KeyConditionExpression": "gsi2pk = :pk AND gsi2sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {":pk": {"S": partition}, ":first": {"S": first}, ":last": {"S": last}},
        "Limit": _PAGE,
    }


def _partition(status: str, shard: int) -> str:
    return f"{_PARTITION}{status}#{shard}"


def _entry(item: _Item) -> Entry:
    status = item[GROUPS_PK]["S"].removeprefix(_PARTITION).partition("#")[0]
    id_ = item[SK]["S"].removeprefix(WORK_PREFIX)
    return Entry(status, _place(item), item["profile_id"]["S"], id_)


def _place(item: _Item) -> str:
    place: str = item[GROUPS_SK]["S"]
    return place


def _place_of(work: Work) -> str:
    return _SEPARATOR.join((work["assignee"] or "", work["due"] or _NEVER_DUE, work["id"]))
