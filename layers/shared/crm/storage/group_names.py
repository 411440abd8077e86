"""List the classes and responsible users that customers have, by name. Nothing registers them.

A membership in one is also an entry of the index `profiles`: `NAMES#<kind>#<shard>` / `<name>, <profile id>`. So a
name is listed from the first membership to the last, and an erasure leaves none behind.
"""

import heapq
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from typing import Any

from crm.domain.caseless import folded
from crm.domain.memberships import CLASS_GROUP, MIXED, RESPONSIBLE_GROUP
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import PROFILES_INDEX, PROFILES_PK, PROFILES_SK
from crm.storage.shards import shard_of, to_read, written

_KINDS = (CLASS_GROUP, RESPONSIBLE_GROUP)
_AT_ONCE = 8
"""Shards that are read at the same time."""

_PAGE = 100
"""Entries read at once: names of few customers, or the first customers of one; the rest of those is skipped."""

_FOLDED, _SEPARATOR = "\x1e", "\x1f"  # each sorts before any character of a name
_BEHIND = "\x7f"  # sorts after any profile id
_FOLDED_LENGTH = 40
"""Characters by which names are ordered without regard to case: a sort key has at most 1,024 bytes."""


def name_entry(profile_id: str, kind: str, id_: str) -> StoredItem:
    """Return the attributes that list the name of a membership; empty for groups that have a registry of names."""
    if kind not in _KINDS or id_ == MIXED:
        return {}
    return {
        PROFILES_PK: {"S": _partition(kind, shard_of(profile_id, written().groups))},
        PROFILES_SK: {"S": f"{_place(id_)}{_SEPARATOR}{profile_id}"},
    }


def names_in_use(kind: str, after: str | None = None, *, limit: int) -> list[str]:
    """Return up to `limit` classes or responsible users that customers have, by name, those after the name `after`.

    The shards are read at the same time, each by at most one query per name.
    """
    start = _place(after) if after is not None else ""
    partitions = [_partition(kind, shard) for shard in range(to_read().groups)]
    with ThreadPoolExecutor(min(_AT_ONCE, len(partitions))) as pool:
        shards = list(pool.map(lambda partition: list(islice(_places(partition, start), limit)), partitions))
    places = (place for place, _ in groupby(heapq.merge(*shards)))
    return [place.partition(_FOLDED)[2] for place in islice(places, limit)]


def _places(partition: str, after: str) -> Iterator[str]:
    """Yield each place of a shard once. Of a name with many entries, the first page is read."""
    request: Any = {
        "TableName": settings().table_name,
        "IndexName": PROFILES_INDEX,
        "KeyConditionExpression": f"{PROFILES_PK} = :pk AND {PROFILES_SK} > :after",
        "ProjectionExpression": PROFILES_SK,
        "Limit": _PAGE,
    }
    while True:
        start = f"{after}{_SEPARATOR}{_BEHIND}" if after else _SEPARATOR
        values = {":pk": {"S": partition}, ":after": {"S": start}}
        page = dynamodb().query(**request, ExpressionAttributeValues=values)
        places = (entry[PROFILES_SK]["S"].rpartition(_SEPARATOR)[0] for entry in page["Items"])
        for place, _ in groupby(places):
            yield place
            after = place
        if "LastEvaluatedKey" not in page:
            return


def _place(name: str) -> str:
    return f"{folded(name)[:_FOLDED_LENGTH]}{_FOLDED}{name}"


def _partition(kind: str, shard: int) -> str:
    return f"NAMES#{kind}#{shard}"
