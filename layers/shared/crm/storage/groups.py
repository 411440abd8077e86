"""Store the memberships of canonical profiles in groups: `P#<profile>` / `M#<kind>#<id>`, read by the index `groups`.

Only the consumer of the table's stream writes them, from the records of profiles: the index agrees with the cards once
the stream is consumed.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.domain.memberships import ORDER_KIND, GroupKey, Memberships
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.group_names import name_entry
from crm.storage.items import StoredItem
from crm.storage.keys import GROUPS_INDEX, GROUPS_PK, GROUPS_SK, MEMBERSHIP_PREFIX, PK, PROFILE_PREFIX, SK
from crm.storage.partitions import query, write_all
from crm.storage.shards import shard_of, to_read, written

_PAGE = 500
_SEPARATOR = "\x1f"  # sorts before any character of a text


def write_memberships(changes: Iterable[tuple[str, Mapping[GroupKey, str | None]]]) -> None:
    """Put each membership of a profile with the text to sort it by, or delete it if the text is None.

    Of several writes of one membership, the last one counts. Raises UnavailableError.
    """
    wanted = {(id_, entry): text for id_, writes in changes for entry, text in writes.items()}
    write_all([_write_of(id_, *entry, text) for (id_, entry), text in wanted.items()])


def _write_of(profile_id: str, kind: str, id_: str, text: str | None) -> Any:
    key = {PK: {"S": PROFILE_PREFIX + profile_id}, SK: {"S": f"{MEMBERSHIP_PREFIX}{kind}#{id_}"}}
    if text is None:
        return {"DeleteRequest": {"Key": key}}
    sorted_by = {"profile_id": {"S": profile_id}, GROUPS_SK: {"S": f"{text}{_SEPARATOR}{profile_id}"}}
    return {"PutRequest": {"Item": key | sorted_by | _placed(profile_id, kind, id_)}}


def _placed(profile_id: str, kind: str, id_: str) -> StoredItem:
    """Return the attributes that place a membership in the indexes, whatever it is sorted by."""
    partition = _partition(kind, id_, shard_of(profile_id, written().groups))
    return {GROUPS_PK: {"S": partition}} | name_entry(profile_id, kind, id_)


def listed_of(profile_id: str) -> Memberships:
    """Return the stored memberships of a profile, with the texts they are sorted by. Consistent.

    A membership in a shard that the present parameters do not give, or that an earlier version of the software wrote
    without its name, is returned with its whole key as its text, so that it is rewritten.
    """
    request = {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": {
            ":pk": {"S": PROFILE_PREFIX + profile_id},
            ":prefix": {"S": MEMBERSHIP_PREFIX},
        },
        "ConsistentRead": True,
    }
    found: Memberships = {}
    for item in query(request):
        kind, _, id_ = item[SK]["S"].removeprefix(MEMBERSHIP_PREFIX).partition("#")
        text = item[GROUPS_SK]["S"]
        is_here = _placed(profile_id, kind, id_).items() <= item.items()
        found[kind, id_] = text.rpartition(_SEPARATOR)[0] if is_here else text
    return found


def group_ids(kind: str, id: str, *, start: tuple[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield (kind of profile, profile id) of the canonical profiles in a group, ordered by both, from `start`
    (inclusive). Lazy.
    """
    return _merged_shards(kind, id, descending=False, start=start)


"""The position at which a count of a group continues: the shard, and the exclusive start key in the index."""


def count_group(kind: str, id: str, *, most: int | None = None) -> int:
    """Count the canonical profiles in a group by its index; at most `most`, reading no more entries of a shard."""
    counted = 0
    for number, _ in count_pages(kind, id, most=most):
        counted += number
        if most is not None and counted >= most:
            return most
    return counted


def count_pages(
    kind: str, id: str, start: StoredItem | None = None, *, most: int | None = None
) -> Iterator[tuple[int, StoredItem | None]]:
    """Count the canonical profiles in a group, page by page of at most `most`, with the position after each page; None
    after the last one.
    """
    bound: StoredItem = {"Limit": most} if most else {}
    begun, key = (start["shard"], start["key"]) if start else (0, None)
    shards = to_read().groups
    for shard in range(begun, shards):
        more: StoredItem = {"ExclusiveStartKey": key} if key and shard == begun else {}
        for page in _pages(_partition(kind, id, shard), Select="COUNT", **more, **bound):
            last = page.get("LastEvaluatedKey")
            nothing = last is None and shard == shards - 1
            place = {"shard": shard, "key": last} if last else {"shard": shard + 1, "key": None}
            yield page["Count"], None if nothing else place


def former_order(
    order: str, *, descending: bool, start: tuple[str, str] | None = None, page: int = _PAGE
) -> Iterator[tuple[str, str]]:
    """Yield (sort text, profile id) of the profiles that an earlier version of the software has listed in an order and
    that were not projected since, ordered by both, from `start` (inclusive). Lazy.
    """
    return _merged_shards(ORDER_KIND, order, descending=descending, start=start, page=page)


def _merged_shards(
    kind: str, id: str, *, descending: bool, start: tuple[str, str] | None, page: int = _PAGE
) -> Iterator[tuple[str, str]]:
    shards = [
        _shard(_partition(kind, id, shard), descending, start, page) for shard in range(to_read().groups)
    ]
    return heapq.merge(*shards, reverse=descending)


def _shard(
    partition: str, descending: bool, start: tuple[str, str] | None, limit: int
) -> Iterator[tuple[str, str]]:
    for page in _pages(partition, descending=descending, start=start, Limit=limit):
        for entry in page["Items"]:
            text, _, id_ = entry[GROUPS_SK]["S"].rpartition(_SEPARATOR)
            yield text, id_


def _pages(
    partition: str, *, descending: bool = False, start: tuple[str, str] | None = None, **more: Any
) -> Iterator[Any]:
    condition, values = f"{GROUPS_PK} = :pk", {":pk": {"S": partition}}
    if start:
        condition += f" AND {GROUPS_SK} {'<=' if descending else '>='} :start"
        values[":start"] = {"S": _SEPARATOR.join(start)}
    request: dict[str, Any] = {
        "TableName": settings().table_name,
        "IndexName": GROUPS_INDEX,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not descending,
        **more,
    }
    while True:
        page = dynamodb().query(**request)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _partition(kind: str, id: str, shard: int) -> str:
    return f"G#{kind}#{id}#{shard}"
