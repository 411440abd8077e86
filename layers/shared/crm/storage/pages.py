"""Store pages: the counts of days that are not inline in the profile, an item for each block of sixteen days, and the
part of its ledger that is not inline.

The profile's version shows whether pages belong to the profile that was read: a page is changed in place in the same
transaction as the profile, and a log that is folded again gets a new generation of pages.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from crm.domain.daily.block import Block
from crm.domain.daily.stored import dump_page, load_page
from crm.domain.errors import VersionConflictError
from crm.domain.ledger.entry import Page
from crm.domain.ledger.stored import dump_ledger_page, load_ledger_page
from crm.domain.profile import ProfileState
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import PAGE_PREFIX, PK, PROFILE_PREFIX, PROFILE_SK, SK
from crm.storage.partitions import delete_pieces, put, query

_LEDGER = "o"
"""Precedes the number of a page of the ledger."""


def read_pages(profile: ProfileState, first: int, last: int) -> dict[int, Block]:
    """Read the pages of a profile, by number, from one to another. Raises VersionConflictError if the profile has
    changed since it was read.
    """
    keys = _key(profile, first), _key(profile, last)
    return {number: load_page(number, data) for number, data in _between(profile, *keys)}


def _between(profile: ProfileState, first: str, last: str) -> list[tuple[int, bytes]]:
    request = {
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":pk": {"S": PROFILE_PREFIX + profile.id},
            ":first": {"S": first},
            ":last": {"S": last},
        },
        "ConsistentRead": True,
    }
    found = [_read(item) for item in query(request)]
    if profile.version != _version(profile.id):
        raise VersionConflictError("the profile was changed while its pages were read")
    return found


def read_ledger_pages(profile: ProfileState, first: int, last: int) -> dict[int, Page]:
    """Read the pages of its ledger in the same way."""
    keys = _ledger_key(profile, first), _ledger_key(profile, last)
    return {number: load_ledger_page(data) for number, data in _between(profile, *keys)}


def _read(item: Mapping[str, Any]) -> tuple[int, bytes]:
    return int(item[SK]["S"].rpartition("#")[2].removeprefix(_LEDGER)), bytes(item["d"]["B"])


def _version(profile_id: str) -> int:
    answer = dynamodb().get_item(
        TableName=settings().table_name,
        Key={PK: {"S": PROFILE_PREFIX + profile_id}, SK: {"S": PROFILE_SK}},
        ProjectionExpression="v",
        ConsistentRead=True,
    )
    return int(answer["Item"]["v"]["N"]) if "Item" in answer else 0


def _key(profile: ProfileState, number: int) -> str:
    return f"{PAGE_PREFIX}{profile.daily.generation}#{number:06d}"


def _ledger_key(profile: ProfileState, number: int) -> str:
    return f"{PAGE_PREFIX}{profile.ledger.generation}#{_LEDGER}{number:02d}"


def page_items(profile: ProfileState) -> list[StoredItem]:
    """Build the items of the changed pages of a profile."""
    counts, entries = profile.daily.pages, profile.ledger.pages
    contents = {_key(profile, number): dump_page(counts[number]) for number in sorted(profile.daily.dirty)}
    contents |= {
        _ledger_key(profile, number): dump_ledger_page(entries[number])
        for number in sorted(profile.ledger.dirty)
    }
    return [_item(profile, key, data) for key, data in contents.items()]


def _item(profile: ProfileState, key: str, data: bytes) -> StoredItem:
    # Shows an erasure whether the page was written before it.
    written_at = f"{time.time_ns() // 1_000_000:015d}"
    where = {PK: {"S": PROFILE_PREFIX + profile.id}, SK: {"S": key}}
    return {**where, "d": {"B": data}, "at": {"S": written_at}}


def put_pages(profile: ProfileState) -> list[str]:
    """Store the pages of a new generation, which nothing references before the profile is saved; return their sort
    keys.

    Raises UnavailableError.
    """
    items = page_items(profile)
    profile.daily.dirty.clear()
    profile.ledger.dirty.clear()
    put(items)
    return [item[SK]["S"] for item in items]


def page_keys(profile_id: str) -> list[str]:
    """List the sort keys of the pages of all generations."""
    request = {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :pages)",
        "ExpressionAttributeValues": {
            ":pk": {"S": PROFILE_PREFIX + profile_id},
            ":pages": {"S": PAGE_PREFIX},
        },
        "ProjectionExpression": "sk",
        "ConsistentRead": True,
    }
    return [item[SK]["S"] for item in query(request)]


def delete_pages(profile_id: str, sort_keys: Sequence[str]) -> None:
    """Delete pages. Missing pages are ignored. Raises UnavailableError."""
    delete_pieces(profile_id, sort_keys)
