"""List recognised profiles in orders by keys-only indexes of the profile items.

All share a partition key, the shard; each sorts by a text of the card and the beginning of the profile's id. An earlier
version of the software listed profiles by memberships of the kind ORDER: these are read as well, until every profile
was projected again.
"""

import heapq
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from crm.domain.card_fields import Card
from crm.domain.memberships import LAST_TRANSACTION, LISTED_ORDERS, day_text, listed_orders, sort_text
from crm.domain.times import DAY_MS
from crm.storage.groups import former_order
from crm.storage.keys import ORDERS_PK, ORDERS_SK, PK, PROFILE_PREFIX, order_index
from crm.storage.partitions import query
from crm.storage.shards import shard_of, to_read, written

_PAGE = 500
_SEPARATOR = "\x1f"  # sorts before any character of a text
_BEGINNING = 8
"""Characters of the id in a sort key: enough to order equal texts by id."""

_Entry = tuple[str, str]
"""Sort text and profile id."""


def order_keys(profile_id: str, card: Card | None) -> dict[str, str]:
    """Return the attributes that list a profile in the orders."""
    texts = listed_orders(card)
    keys = {ORDERS_SK[order]: _key(text, profile_id) for order, text in texts.items()}
    return {ORDERS_PK: str(shard_of(profile_id, written().profiles)), **keys} if keys else {}


def in_order(
    order: str, *, descending: bool, start: _Entry | None = None, page: int = _PAGE
) -> Iterator[_Entry]:
    """Yield (sort text, profile id) of the recognised profiles with such a value, ordered by both, from `start`
    (inclusive). By last transaction, the text is that of its day.

    Lazy: `page` entries of each shard are read at a time.
    """
    shards = [_shard(order, shard, descending, start, page) for shard in range(to_read().profiles)]
    former = _former(order, descending, start, page) if order in LISTED_ORDERS else iter(())
    last: _Entry | None = None
    for entry in heapq.merge(*shards, former, reverse=descending):
        if entry != last:
            yield entry
        last = entry


def _shard(order: str, shard: int, descending: bool, start: _Entry | None, limit: int) -> Iterator[_Entry]:
    key = ORDERS_SK[order]
    condition, values = f"{ORDERS_PK} = :pk", {":pk": {"S": str(shard)}}
    if start:
        condition += f" AND {key} {'<=' if descending else '>='} :start"
        values[":start"] = {"S": _key(*start)}
    request: dict[str, Any] = {
        "IndexName": order_index(order),
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not descending,
        "Limit": limit,
    }
    found = ((entry[key]["S"], entry[PK]["S"].removeprefix(PROFILE_PREFIX)) for entry in query(request))
    return _by_id(((key.rpartition(_SEPARATOR)[0], id_) for key, id_ in found), descending, start)


def _by_id(entries: Iterator[_Entry], descending: bool, start: _Entry | None) -> Iterator[_Entry]:
    """Order entries with equal texts and beginnings of ids by their whole ids."""
    for _, group in groupby(entries, key=lambda entry: (entry[0], entry[1][:_BEGINNING])):
        for entry in sorted(group, reverse=descending):
            if start is None or (entry <= start if descending else entry >= start):
                yield entry


def _former(order: str, descending: bool, start: _Entry | None, page: int) -> Iterator[_Entry]:
    if order != LAST_TRANSACTION:
        yield from former_order(order, descending=descending, start=start, page=page)
        return
    begin = (_end_of(start[0]) if descending else start[0], "") if start else None
    exact = former_order(order, descending=descending, start=begin, page=page)
    by_day = ((day_text(int(text)), id_) for text, id_ in exact if text)
    for _, group in groupby(by_day, key=itemgetter(0)):
        for entry in sorted(group, reverse=descending):
            if start is None or (entry <= start if descending else entry >= start):
                yield entry


def _end_of(day: str) -> str:
    return sort_text(int(day) + DAY_MS)


def _key(text: str, profile_id: str) -> str:
    return f"{text}{_SEPARATOR}{profile_id[:_BEGINNING]}"
