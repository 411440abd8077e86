"""Store notes and tasks next to their profile: `P#<profile>` / `N#<id>`, each in its latest state according to the
log.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from crm.domain.activity import Activity
from crm.domain.notes_and_tasks import latest_states, state_stamp, work_of
from crm.domain.work_fields import Work
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import PK, PROFILE_PREFIX, SK, WORK_PREFIX, fits_in_key
from crm.storage.log_writer import activity_put
from crm.storage.partitions import query
from crm.storage.refusals import is_write_conflict, raise_refusal, transact
from crm.storage.retry_on_conflict import retry_on_conflict
from crm.storage.tasks import index_entry, read_work, work_key

_PAGE = 100
_BEHIND = "~"  # sorts after any character of an id


class StoredWork(NamedTuple):
    """A note or task in the log of one profile; `at` is the stamp of its latest change."""

    profile_id: str
    at: str
    work: Work


def keep_work(profile_id: str, activities: Sequence[Activity]) -> None:
    """Store the notes and tasks of these activities, unless a later state is stored already."""
    for id_, activity in latest_states(activities).items():
        held = find_work([profile_id], id_)
        if held and held.at >= state_stamp(activity):
            continue  # the stream repeats what is stored already: a read costs a fifth of a failed write
        try:
            dynamodb().put_item(**_put(profile_id, activity))
        except ClientError as error:
            if not is_write_conflict(error):
                raise


def append_change(activity: Activity, held: StoredWork) -> None:
    """Append an activity that changes a note or task, and store the result.

    Raises VersionConflictError if it was changed since it was read.
    """
    config = settings()
    log = json.loads(activity_put(activity, config.identity_namespace, config.retention_days).item)
    kept = _put(held.profile_id, activity) | _unchanged(held)
    transact([{"Put": {"TableName": config.table_name, "Item": log}}, {"Put": kept}])


def rewrite_work(profile_id: str, change: Callable[[Work], Work]) -> int:
    """Rewrite notes and tasks of one profile without appending to the log, as an erasure does; return how many changed.

    Raises VersionConflictError if one of them is changed concurrently in all attempts.
    """
    return sum(_rewrite(held, change) for held in _held_on(profile_id))


def count_rewritten(profile_id: str, change: Callable[[Work], Work]) -> int:
    """Count the notes and tasks that `rewrite_work` would change."""
    return sum(change(held.work) != held.work for held in _held_on(profile_id))


def _held_on(profile_id: str) -> Iterator[StoredWork]:
    items = query(_of_profile(profile_id, "", _BEHIND))
    return (StoredWork(profile_id, item["at"]["S"], read_work(item)) for item in items)


def _rewrite(held: StoredWork, change: Callable[[Work], Work]) -> bool:
    as_read = iter([held])

    def attempt() -> bool:
        current = next(as_read, None) or find_work([held.profile_id], held.work["id"])
        if current is None or (after := change(current.work)) == current.work:
            return current is not held
        item = _item(held.profile_id, current.at, after)
        try:
            dynamodb().put_item(TableName=settings().table_name, Item=item, **_unchanged(current))
        except ClientError as error:
            raise_refusal(error)
        return True

    return retry_on_conflict(attempt)


def _put(profile_id: str, activity: Activity) -> Any:
    at = state_stamp(activity)
    return {
        "TableName": settings().table_name,
        "Item": _item(profile_id, at, work_of(activity)),
        "ConditionExpression": "attribute_not_exists(pk) OR #at < :at",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": {":at": {"S": at}},
    }


def _item(profile_id: str, at: str, work: Work) -> StoredItem:
    item = {
        PK: {"S": PROFILE_PREFIX + profile_id},
        SK: {"S": WORK_PREFIX + work["id"]},
        "at": {"S": at},
        "document": {"S": _document(work)},
    }
    return item | index_entry(profile_id, work)


def _document(work: Work) -> str:
    return json.dumps(work, ensure_ascii=False, separators=(",", ":"))


def _unchanged(held: StoredWork) -> Any:
    """Build the condition that an item has not changed since it was read. Its time alone is not enough: an erasure
    keeps it.
    """
    return {
        "ConditionExpression": "#at = :held AND #document = :document",
        "ExpressionAttributeNames": {"#at": "at", "#document": "document"},
        "ExpressionAttributeValues": {":held": {"S": held.at}, ":document": {"S": _document(held.work)}},
    }


def find_work(profile_ids: Iterable[str], id: str) -> StoredWork | None:
    """Return a note or task of one of these profiles, or None. Consistent."""
    if not fits_in_key(id):
        return None
    for profile_id in profile_ids:
        answer = dynamodb().get_item(
            TableName=settings().table_name, Key=work_key(profile_id, id), ConsistentRead=True
        )
        if "Item" in answer:
            return StoredWork(profile_id, answer["Item"]["at"]["S"], read_work(answer["Item"]))
    return None


def work_on(profile_id: str) -> Iterator[Work]:
    """Yield all notes and tasks in the log of this one profile, in their present state, ordered by id."""
    return (read_work(item) for item in query(_of_profile(profile_id, "", _BEHIND)))


def newest_first(profile_id: str, kind: str, before: str | None) -> Iterator[Work]:
    """Yield notes or tasks in this one log, those created last first, after the id `before`. Lazy."""
    request = _of_profile(profile_id, f"{kind}_", before or f"{kind}_{_BEHIND}") | {
        "ScanIndexForward": False,
        "Limit": _PAGE,
    }
    return (work for work in map(read_work, query(request)) if work["id"] != before)


def _of_profile(profile_id: str, first: str, last: str) -> StoredItem:
    return {
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":pk": {"S": PROFILE_PREFIX + profile_id},
            ":first": {"S": WORK_PREFIX + first},
            ":last": {"S": WORK_PREFIX + last},
        },
        "ConsistentRead": True,
    }
