"""List the tasks of all customers by the index `groups`, by status: sorted by assignee, then by due date."""

import heapq
import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from crm.domain.notes_and_tasks import STATUSES, TASK
from crm.domain.work_fields import Work
from crm.storage.items import StoredItem
from crm.storage.key_prefixes import BEHIND_PREFIX, Index, behind, prefixes
from crm.storage.keys import GROUPS_INDEX, GROUPS_PK, GROUPS_SK, PK, PROFILE_PREFIX, SK, WORK_PREFIX
from crm.storage.partitions import batch_get, query
from crm.storage.shards import shard_of, to_read, written

_INDEX = Index(GROUPS_INDEX, GROUPS_PK, GROUPS_SK)
_PAGE = 100
_PARTITION = "TASKS#"
_BEHIND = "\x7f"  # sorts after the beginning of any due date
_LAST = "\U0010ffff"
_NEVER_DUE = "~"


class TaskEntry(NamedTuple):
    """A task in the index: its status and position, the profile whose log contains it, and its id."""

    status: str
    place: str
    profile_id: str
    id: str

    @property
    def assignee(self) -> str:
        """Return the assignee of the task; empty if it is unassigned."""
        return self.place.partition(BEHIND_PREFIX)[0]


def index_entry(profile_id: str, work: Work) -> StoredItem:
    """Return the index attributes of an item; empty if it is not a task, or a deleted one."""
    if work["kind"] != TASK or "deleted" in work:
        return {}
    return {
        GROUPS_PK: {"S": _partition(work["status"], shard_of(profile_id, written().groups))},
        GROUPS_SK: {"S": _place_of(work)},
        "profile_id": {"S": profile_id},
    }


def is_current(entry: TaskEntry, work: Work) -> bool:
    """Decide whether the entry of the index, which is eventually consistent, agrees with the task."""
    return "deleted" not in work and (entry.status, entry.place) == (work["status"], _place_of(work))


def tasks_in_order(statuses: Iterable[str], assignee: str | None, start: str | None) -> Iterator[TaskEntry]:
    """Yield tasks by assignee (unassigned first), due date and id, after the position `start`. Lazy."""
    first, last = (
        (assignee + BEHIND_PREFIX, assignee + BEHIND_PREFIX + _BEHIND) if assignee else (BEHIND_PREFIX, _LAST)
    )
    call = [
        _request(_partition(status, shard), start or first, last)
        for status in statuses
        for shard in range(to_read().groups)
    ]
    for item in heapq.merge(*map(query, call), key=_place):
        if _place(item) != start:
            yield _entry(item)


def assignees(after: str, *, limit: int) -> list[str]:
    """Return up to `limit` users with assigned tasks, of any status, in order, those after `after`."""
    partitions = [_partition(status, shard) for status in STATUSES for shard in range(to_read().groups)]
    return prefixes(_INDEX, partitions, after, limit=limit)


def assigned_tasks(after: str, start: str | None) -> Iterator[TaskEntry]:
    """Yield the tasks of all statuses from the position `start`, or else those of the users after `after`. Lazy."""
    return tasks_in_order(STATUSES, None, start or behind(after))


def find_tasks(entries: Collection[TaskEntry]) -> dict[str, Work]:
    """Read the tasks of at most 100 entries in their present state, by id. Raises UnavailableError."""
    keys = [work_key(entry.profile_id, entry.id) for entry in entries]
    works = map(read_work, batch_get({"Keys": keys, "ConsistentRead": True}))
    return {work["id"]: work for work in works}


def work_key(profile_id: str, id: str) -> StoredItem:
    """Return the key of a note or task."""
    return {PK: {"S": PROFILE_PREFIX + profile_id}, SK: {"S": WORK_PREFIX + id}}


def read_work(item: Any) -> Work:
    """Read a note or task from an item."""
    work: Work = json.loads(item["document"]["S"])
    return work


def _request(partition: str, first: str, last: str) -> StoredItem:
    return {
        "IndexName": GROUPS_INDEX,
        "KeyConditionExpression": "gsi2pk = :pk AND gsi2sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {":pk": {"S": partition}, ":first": {"S": first}, ":last": {"S": last}},
        "Limit": _PAGE,
    }


def _partition(status: str, shard: int) -> str:
    return f"{_PARTITION}{status}#{shard}"


def _entry(item: StoredItem) -> TaskEntry:
    status = item[GROUPS_PK]["S"].removeprefix(_PARTITION).partition("#")[0]
    id_ = item[SK]["S"].removeprefix(WORK_PREFIX)
    return TaskEntry(status, _place(item), item["profile_id"]["S"], id_)


def _place(item: StoredItem) -> str:
    place: str = item[GROUPS_SK]["S"]
    return place


def _place_of(work: Work) -> str:
    return BEHIND_PREFIX.join((work["assignee"] or "", work["due"] or _NEVER_DUE, work["id"]))
