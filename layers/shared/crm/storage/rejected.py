"""Store rejected input: `X#<day>#<shard>` / `<time>#<id>`, with large content in items of its own.

By source it is read by the index `groups`: `X#<source>#<day>#<shard>` / `<time>#<id>`.

Retention: that of `crm.domain.retention`, or that of activities if it is shorter.
"""

import base64
import gzip
import heapq
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from crm.domain.errors import NotFoundError
from crm.domain.retention import REJECTED_INPUT_DAYS
from crm.domain.times import DAY_S, iso
from crm.domain.tracking.reception import Reception
from crm.domain.tracking.rejection import Rejection, Whole, received_at_of
from crm.settings import settings
from crm.storage.batch_put import Put, prepare_put
from crm.storage.client import dynamodb
from crm.storage.keys import EXPIRES_AT, GROUPS_INDEX, GROUPS_PK, GROUPS_SK, PK, REJECTED_PREFIX, SK
from crm.storage.partitions import batch_get

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_SHARDS = 4
PART_BYTES = 150_000
"""Bytes of content in one item: small enough for a message of the spill queue."""

_READ_AT_ONCE = 25
"""Items of a source that are read in one call: at most 4 MB."""

_DAY_LENGTH = len("2026-11-21")
_PART_PREFIX = "PART#"
_Item = dict[str, "AttributeValueTypeDef"]


def rejection_puts(rejection: Rejection, retention_days: int) -> list[Put]:
    """Build the items of a rejection: one, and one more for each part of a large content."""
    reception = rejection.reception
    days = min(REJECTED_INPUT_DAYS, retention_days or REJECTED_INPUT_DAYS)
    expiry = {EXPIRES_AT: reception.received_at // 1000 + days * DAY_S}
    pk, sk = _key(rejection.id)
    packed = gzip.compress(rejection.content, mtime=0)
    parts = [packed[start : start + PART_BYTES] for start in range(0, len(packed), PART_BYTES)]
    described = {
        "code": rejection.code,
        "why": rejection.message,
        "ty": rejection.type,
        "ix": rejection.index,
        "so": reception.source_id,
        "k": reception.source_kind,
        "r": reception.received_at,
        "ua": reception.user_agent,
        "ip": reception.ip,
        "old": 1 if reception.archived else None,
        "parts": len(parts) if len(parts) > 1 else None,
        "raw": packed if len(parts) == 1 else None,
        "size": rejection.whole and rejection.whole.size,
        "sha": rejection.whole and rejection.whole.sha256,
    }
    by_source = {GROUPS_PK: _of_source(reception.source_id, pk), GROUPS_SK: sk}
    attributes = {name: value for name, value in described.items() if value is not None} | expiry | by_source
    puts = [prepare_put(pk, sk, attributes)]
    if len(parts) > 1:
        puts += [
            prepare_put(_parts_pk(rejection.id), f"{_PART_PREFIX}{number:04d}", {"raw": part} | expiry)
            for number, part in enumerate(parts)
        ]
    return puts


class PreparedContent(NamedTuple):
    """The content of a rejection that waits to be stored, and when it was received (epoch ms)."""

    content: bytes
    received_at: int


def prepared_content(put: Put) -> PreparedContent | None:
    """Return the content of a prepared item; None if it holds no whole content of a rejection."""
    if not put.pk.startswith(REJECTED_PREFIX):
        return None
    item = json.loads(put.item)
    if not item.keys() >= {"raw", "r"}:
        return None
    return PreparedContent(gzip.decompress(base64.b64decode(item["raw"]["B"])), int(item["r"]["N"]))


def _key(rejection_id: str) -> tuple[str, str]:
    time = iso(received_at_of(rejection_id))
    return _day_pk(time[:_DAY_LENGTH], int(rejection_id[-1], 16) % _SHARDS), f"{time}#{rejection_id}"


def _day_pk(day: str, shard: int) -> str:
    return f"{REJECTED_PREFIX}{day}#{shard}"


def _of_source(source_id: str, pk: str) -> str:
    """Return the partition of the index that holds the rejections of a source in a partition of the table."""
    return f"{REJECTED_PREFIX}{source_id}#{pk.removeprefix(REJECTED_PREFIX)}"


def _parts_pk(rejection_id: str) -> str:
    return REJECTED_PREFIX + rejection_id


def rejections_of_day(day: str, *, before: str | None, page_size: int) -> Iterator[Rejection]:
    """Yield the rejections of a UTC day `2026-11-21`, newest first; `before` is the id of the last one already
    returned.
    """
    partitions = [_day_pk(day, shard) for shard in range(_SHARDS)]
    found = _newest_first(partitions, PK, SK, before=before, Limit=page_size, ConsistentRead=True)
    return map(_read, found)


def rejections_of_source(
    source_id: str, day: str, *, before: str | None, page_size: int
) -> Iterator[Rejection]:
    """Yield the rejections of a source on a UTC day, newest first; `before` as of a day. The index shows a new one a
    moment after it is stored.
    """
    partitions = [_of_source(source_id, _day_pk(day, shard)) for shard in range(_SHARDS)]
    index = {"IndexName": GROUPS_INDEX, "Limit": page_size}
    found = _newest_first(partitions, GROUPS_PK, GROUPS_SK, before=before, **index)
    while entries := list(islice(found, _READ_AT_ONCE)):
        keys = [{PK: entry[PK], SK: entry[SK]} for entry in entries]
        items = batch_get({"Keys": keys, "ConsistentRead": True})
        yield from map(_read, sorted(items, key=_sort_key, reverse=True))


def _newest_first(
    partitions: Iterable[str], pk: str, sk: str, *, before: str | None, **query: Any
) -> Iterator[_Item]:
    bound = {":bound": {"S": _key(before)[1]}} if before else {}
    query["KeyConditionExpression"] = f"{pk} = :pk" + (f" AND {sk} < :bound" if bound else "")
    shards = [
        _pages(**query, ExpressionAttributeValues=bound | {":pk": {"S": partition}}, ScanIndexForward=False)
        for partition in partitions
    ]
    return heapq.merge(*shards, key=_sort_key, reverse=True)


def _sort_key(item: _Item) -> str:
    return item[SK]["S"]


def _pages(**query: Any) -> Iterator[_Item]:
    query["TableName"] = settings().table_name
    while True:
        answer = dynamodb().query(**query)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def find_rejection(rejection_id: str) -> Rejection:
    """Return a rejection. Raises NotFoundError."""
    pk, sk = _key(rejection_id)
    key: _Item = {PK: {"S": pk}, SK: {"S": sk}}
    answer = dynamodb().get_item(TableName=settings().table_name, Key=key, ConsistentRead=True)
    if "Item" not in answer:
        raise NotFoundError("There is no rejected input with this id.")
    return _read(answer["Item"])


def delete_rejection(rejection_id: str) -> None:
    """Delete a rejection and the parts of its content. A missing one is ignored."""
    pk, sk = _key(rejection_id)
    keys = [(part[PK]["S"], part[SK]["S"]) for part in _parts(rejection_id)] + [(pk, sk)]
    for part_pk, part_sk in keys:
        dynamodb().delete_item(TableName=settings().table_name, Key={PK: {"S": part_pk}, SK: {"S": part_sk}})


def _parts(rejection_id: str) -> Iterator[_Item]:
    return _pages(
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": _parts_pk(rejection_id)}},
        ConsistentRead=True,
    )


def _read(item: _Item) -> Rejection:
    rejection_id = item[SK]["S"].rpartition("#")[2]
    packed = _content(_parts(rejection_id)) if "parts" in item else bytes(item["raw"]["B"])
    return Rejection(
        id=rejection_id,
        code=item["code"]["S"],
        message=item["why"]["S"],
        type=item["ty"]["S"],
        index=int(item["ix"]["N"]),
        content=gzip.decompress(packed),
        whole=Whole(int(item["size"]["N"]), item["sha"]["S"]) if "size" in item else None,
        reception=Reception(
            source_id=item["so"]["S"],
            source_kind=item["k"]["S"],
            received_at=int(item["r"]["N"]),
            user_agent=item["ua"]["S"] if "ua" in item else None,
            ip=item["ip"]["S"] if "ip" in item else None,
            archived="old" in item,
        ),
    )


def _content(parts: Iterable[_Item]) -> bytes:
    return b"".join(bytes(part["raw"]["B"]) for part in parts)
