"""Store profiles in the table, and read them by the index of the list."""

import heapq
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.activity import Activity
from crm.domain.card_fields import ANONYMOUS, RECOGNISED
from crm.domain.daily.block import Block
from crm.domain.errors import UnavailableError
from crm.domain.profile import ProfileState
from crm.domain.profile_versions import mark_stored, publication_time
from crm.domain.times import iso, parse_time
from crm.settings import settings
from crm.storage import activities as log
from crm.storage import pages, work
from crm.storage.client import dynamodb
from crm.storage.copies import logs_with_copies, note_copies
from crm.storage.items import StoredItem
from crm.storage.keys import (
    GROUPS_INDEX,
    GROUPS_PK,
    GROUPS_SK,
    PK,
    PROFILE_PREFIX,
    PROFILES_INDEX,
    PROFILES_PK,
    PROFILES_SK,
    fits_in_key,
)
from crm.storage.log_writer import activity_put, log_writer
from crm.storage.partitions import BATCH_GET_ITEMS, batch_get, count_items, query
from crm.storage.profile_item import (
    DUE_PREFIX,
    INDEX_PREFIX,
    profile_key,
    to_item,
    to_state,
)
from crm.storage.refusals import raise_refusal, transact
from crm.storage.shards import to_read

_PAGE, _LIST_PAGE = 200, 100


class ProfileTable:
    """The `ProfileStore` of the projection on DynamoDB."""

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        return load_profiles(profile_ids, consistent=True)

    def activities(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        return log.read_range(profile_id, start, end)

    def save(self, profiles: Sequence[ProfileState]) -> None:
        """Save profiles. Raises VersionConflictError, and ItemTooLargeError if one of them can never be stored."""
        at = publication_time(profiles, now=time.time_ns() // 1_000_000)
        _write(profiles, at)
        for profile in profiles:
            mark_stored(profile, at)

    def pages(self, profile: ProfileState, first: int, last: int) -> Mapping[int, Block]:
        return pages.read_pages(profile, first, last)

    def put_pages(self, profile: ProfileState) -> Sequence[str]:
        return pages.put_pages(profile)

    def page_keys(self, profile_id: str) -> Sequence[str]:
        return pages.page_keys(profile_id)

    def delete_pages(self, profile_id: str, keys: Sequence[str]) -> None:
        pages.delete_pages(profile_id, keys)

    def discard(self, profile_id: str, activities: Sequence[Activity]) -> None:
        log.discard(profile_id, activities)

    def keep_work(self, profile_id: str, activities: Sequence[Activity]) -> None:
        work.keep_work(profile_id, activities)

    def copies(self, profile_id: str) -> Iterable[str]:
        return logs_with_copies(profile_id)

    def append(self, activities: Sequence[Activity]) -> None:
        config = settings()
        note_copies(activities)
        puts = [activity_put(a, config.identity_namespace, config.retention_days) for a in activities]
        if log_writer().write(puts):
            # No spilling: the projection is retried, and must find these before what depends on them is saved.
            raise UnavailableError("the log accepts no activities at the moment", retry_after=1)


def load_profiles(profile_ids: Collection[str], *, consistent: bool) -> dict[str, ProfileState]:
    """Load the stored profiles by id; those that do not exist are left out."""
    ids = [id_ for id_ in dict.fromkeys(profile_ids) if fits_in_key(id_)]
    found = _load_one(ids[0], consistent) if len(ids) == 1 else _load_many(ids, consistent)
    return {state.id: state for state in map(_readable, found)}


def _readable(item: Mapping[str, Any]) -> ProfileState:
    state = to_state(item)
    state.page_reader, state.ledger_reader = pages.read_pages, pages.read_ledger_pages
    return state


def _load_one(profile_id: str, consistent: bool) -> Iterable[Mapping[str, Any]]:
    answer = dynamodb().get_item(
        TableName=settings().table_name, Key=profile_key(profile_id), ConsistentRead=consistent
    )
    return [answer["Item"]] if "Item" in answer else ()


def _load_many(profile_ids: Sequence[str], consistent: bool) -> Iterator[Mapping[str, Any]]:
    for start in range(0, len(profile_ids), BATCH_GET_ITEMS):
        keys = [profile_key(id_) for id_ in profile_ids[start : start + BATCH_GET_ITEMS]]
        yield from batch_get({"Keys": keys, "ConsistentRead": consistent})


def erased_at(profile_ids: Collection[str]) -> dict[str, int]:
    """Return when profiles were erased, epoch ms, for those that were. Consistent."""
    ids, found = list(profile_ids), dict[str, int]()
    for start in range(0, len(ids), BATCH_GET_ITEMS):
        wanted = {
            "Keys": [profile_key(id_) for id_ in ids[start : start + BATCH_GET_ITEMS]],
            "ProjectionExpression": "pk, erased_at",
            "ConsistentRead": True,
        }
        for item in batch_get(wanted):
            if "erased_at" in item:
                found[item[PK]["S"].removeprefix(PROFILE_PREFIX)] = int(item["erased_at"]["N"])
    return found


def last_seen_order(
    kinds: Iterable[str], *, newest_first: bool, hour: str | None
) -> Iterator[tuple[str, str]]:
    """Yield (hour last seen, profile id) of the canonical profiles, ordered by both, from this hour on. Lazy."""

    def shard(kind: str, number: int) -> Iterator[tuple[str, str]]:
        condition, values = f"{PROFILES_PK} = :pk", {":pk": {"S": f"{INDEX_PREFIX}{kind}#{number}"}}
        if hour:
            condition += f" AND {PROFILES_SK} {'<=' if newest_first else '>='} :bound"
            values[":bound"] = {"S": f"{hour}#~" if newest_first else f"{hour}#"}
        request = {
            "IndexName": PROFILES_INDEX,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not newest_first,
            "Limit": _LIST_PAGE,
        }
        for entry in query(request):
            seen, _, id_ = entry[PROFILES_SK]["S"].partition("#")
            yield seen, id_

    shards = [shard(kind, number) for kind in kinds for number in range(to_read().profiles)]
    return heapq.merge(*shards, reverse=newest_first)


def any_profiles() -> bool:
    """Decide whether there is any profile."""
    return any(last_seen_order((RECOGNISED, ANONYMOUS), newest_first=True, hour=None))


def count_profiles(kind: str) -> int:
    """Count the canonical profiles of this kind by the index, not the table."""
    return sum(_count_shard(kind, number) for number in range(to_read().profiles))


def _count_shard(kind: str, number: int) -> int:
    request = {
        "IndexName": PROFILES_INDEX,
        "KeyConditionExpression": f"{PROFILES_PK} = :pk",
        "ExpressionAttributeValues": {":pk": {"S": f"{INDEX_PREFIX}{kind}#{number}"}},
    }
    return count_items(request)


class DueProfile(NamedTuple):
    """A due profile: since when (epoch ms), and its position in the index."""

    at: int
    profile_id: str
    shard: int
    place: str


def due_profiles(
    now: int, shard: int, *, behind: str | None = None, most: int | None = None
) -> Iterator[DueProfile]:
    """Yield the due profiles of a shard at this instant (epoch ms), longest waiting first. Lazy.

    `behind`: only those after this position; `most`: the maximum number.
    """
    request: dict[str, Any] = {
        "IndexName": GROUPS_INDEX,
        "KeyConditionExpression": f"{GROUPS_PK} = :pk AND {GROUPS_SK} BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":pk": {"S": f"{DUE_PREFIX}{shard}"},
            ":first": {"S": f"{behind}~" if behind else "0"},
            ":last": {"S": iso(now + 1)},
        },
        "Limit": most or _PAGE,
    }
    for entry in islice(query(request), most):
        place = entry[GROUPS_SK]["S"]
        at, _, id_ = place.partition("#")
        yield DueProfile(parse_time(at) or now, id_, shard, place)


def _write(profiles: Sequence[ProfileState], now: int) -> None:
    """Write one item, or one transaction. Raises VersionConflictError, ItemTooLargeError, and UnavailableError if it is
    throttled.
    """
    entries = [entry for profile in profiles for entry in _entries(profile, now)]
    if len(entries) > 1:
        transact(entries)
        return
    put = entries[0]["Put"]
    try:
        dynamodb().put_item(**put)
    except (BotoCoreError, ClientError) as error:
        raise_refusal(error, [put["Item"]])


def _entries(profile: ProfileState, now: int) -> list[Any]:
    config = settings()
    puts = [{"Put": {"TableName": config.table_name, "Item": item}} for item in pages.page_items(profile)]
    return [{"Put": _put_of(profile, now)}, *puts]


def _put_of(profile: ProfileState, now: int) -> StoredItem:
    """Build the write of the profile's next version, on the condition that the stored version is the one that was
    read.
    """
    put: dict[str, Any] = {
        "TableName": settings().table_name,
        "Item": to_item(profile, now),
        "ConditionExpression": "v = :held" if profile.version else "attribute_not_exists(pk)",
    }
    if profile.version:
        put["ExpressionAttributeValues"] = {":held": {"N": str(profile.version)}}
    return put
