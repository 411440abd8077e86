"""List the beginnings of the sort keys of an index, each once: by skipping the entries that share one."""

import heapq
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from typing import Any, NamedTuple

from crm.settings import settings
from crm.storage.client import dynamodb

BEHIND_PREFIX = "\x1f"  # sorts before any character of a prefix
_BEHIND = "\x7f"  # sorts after the beginning of anything that follows a prefix
_AT_ONCE = 8
"""Partitions that are read at the same time."""

_PAGE = 100
"""Entries read at once: prefixes of few entries, or the first entries of one; the rest of those is skipped."""


class Index(NamedTuple):
    """An index, and the attributes of its keys."""

    name: str
    pk: str
    sk: str


def behind(prefix: str) -> str:
    """Return the sort key behind all entries with this prefix."""
    return f"{prefix}{BEHIND_PREFIX}{_BEHIND}"


def prefixes(index: Index, partitions: Sequence[str], after: str, *, limit: int) -> list[str]:
    """Return up to `limit` prefixes of sort keys, in order, those after the prefix `after`; none is empty.

    The partitions are read at the same time, each by at most one query per prefix.
    """
    with ThreadPoolExecutor(min(_AT_ONCE, len(partitions))) as pool:
        found = list(
            pool.map(
                lambda partition: list(islice(_of_partition(index, partition, after), limit)), partitions
            )
        )
    return list(islice((prefix for prefix, _ in groupby(heapq.merge(*found))), limit))


def _of_partition(index: Index, partition: str, after: str) -> Iterator[str]:
    """Yield each prefix of a partition once. Of a prefix with many entries, the first page is read."""
    request: Any = {
        "TableName": settings().table_name,
        "IndexName": index.name,
        "KeyConditionExpression": f"{index.pk} = :pk AND {index.sk} > :after",
        "ProjectionExpression": index.sk,
        "Limit": _PAGE,
    }
    while True:
        values = {":pk": {"S": partition}, ":after": {"S": behind(after)}}
        page = dynamodb().query(**request, ExpressionAttributeValues=values)
        found = (entry[index.sk]["S"].partition(BEHIND_PREFIX)[0] for entry in page["Items"])
        for prefix, _ in groupby(found):
            yield prefix
            after = prefix
        if "LastEvaluatedKey" not in page:
            return
