"""Pages: what a profile counted on days that are not inline, an item for each block of sixteen days.

The profile's version says whether pages are those of the profile that was read: one is changed in place in the same
transaction as the profile, and a log that is folded anew gets a new generation of pages.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from crm.domain.daily.block import Block
from crm.domain.daily.stored import dump_page, load_page
from crm.domain.errors import VersionConflictError
from crm.domain.profile import ProfileState
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import PAGE_PREFIX, PK, PROFILE_PREFIX, PROFILE_SK, SK
from crm.storage.partitions import delete_pieces, put, query

Item = dict[str, Any]


def read_pages(profile: ProfileState, first: int, last: int) -> dict[int, Block]:
    """The pages of a profile, by number, from one to another. Raises VersionConflictError where the profile is not any
    more what was read.
    """
    request = {
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":pk": {"S": PROFILE_PREFIX + profile.id},
            ":first": {"S": _key(profile, first)},
            ":last": {"S": _key(profile, last)},
        },
        "ConsistentRead": True,
    }
    found = {number: load_page(number, data) for number, data in map(_read, query(request))}
    if profile.version != _version(profile.id):
        raise VersionConflictError("the profile was changed while its pages were read")
    return found


def _read(item: Mapping[str, Any]) -> tuple[int, bytes]:
    return int(item[SK]["S"].rpartition("#")[2]), bytes(item["d"]["B"])


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


def page_items(profile: ProfileState) -> list[Item]:
    """The items of the pages of a profile that have changed."""
    pages = profile.daily.pages
    return [_item(profile, pages[number]) for number in sorted(profile.daily.dirty)]


def _item(profile: ProfileState, page: Block) -> Item:
    key = {PK: {"S": PROFILE_PREFIX + profile.id}, SK: {"S": _key(profile, page.number)}}
    # Says to an erasure whether it was written before it.
    written_at = f"{time.time_ns() // 1_000_000:015d}"
    return {**key, "d": {"B": dump_page(page)}, "at": {"S": written_at}}


def put_pages(profile: ProfileState) -> list[str]:
    """Store the pages of a new generation, which nothing names before the profile is saved; their sort keys.

    Raises UnavailableError.
    """
    items = page_items(profile)
    profile.daily.dirty.clear()
    put(items)
    return [item[SK]["S"] for item in items]


def page_keys(profile_id: str) -> list[str]:
    """The sort keys of the pages of all generations."""
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
    """Delete pages. Deleting what is not there is no failure. Raises UnavailableError."""
    delete_pieces(profile_id, sort_keys)
