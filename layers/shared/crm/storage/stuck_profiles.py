"""Store stuck profiles, `H#stuck` / `<profile id>`, at most MAX_LISTED; their number is at `H#stuck_count` / `COUNT`.

Only failures, their retries and the health report use these items: a successful projection costs nothing more.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, cast

from botocore.exceptions import ClientError

from crm.domain.errors import VersionConflictError
from crm.domain.stuck import FIRST_RETRY_MS, MAX_LISTED, StuckProfile
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import HEALTH_PREFIX, PK, SK
from crm.storage.partitions import batch_get, query
from crm.storage.refusals import refusal_of, transact

_LIST = {"S": f"{HEALTH_PREFIX}stuck"}
_COUNT = {PK: {"S": f"{HEALTH_PREFIX}stuck_count"}, SK: {"S": "COUNT"}}
_MAX_CULPRITS = 5
_ATTEMPTS = 2
_ABSENT, _PRESENT = "attribute_not_exists(pk)", "attribute_exists(pk)"


def store_failure(id: str, *, reason: str, during: str, culprits: Collection[str] = (), now: int) -> None:
    """List a profile as stuck, or count one more failure of it. If the list is full, only the failure is counted."""
    for _ in range(_ATTEMPTS):
        if _note_again(id, reason, during, now) or _list(id, reason, during, culprits, now):
            return
    # The list is full, or contended: the count then shows that there are more.
    _update(_COUNT, "ADD unlisted :one", {":one": _number(1)})


def _note_again(id: str, reason: str, during: str, now: int) -> bool:
    """Count another failure. Returns whether the profile was listed already."""
    values = {":at": _number(now), ":reason": {"S": reason}, ":during": {"S": during}, ":one": _number(1)}
    change = "SET failed_at = :at, reason = :reason, during = :during ADD failures :one"
    return _update(_key(id), change, values, _PRESENT)


def _list(id: str, reason: str, during: str, culprits: Collection[str], now: int) -> bool:
    """List a profile. Returns whether there was room for it."""
    listed = {
        "reason": {"S": reason},
        "during": {"S": during},
        "since": _number(now),
        "failed_at": _number(now),
        "failures": _number(1),
        "retry_at": _number(now + FIRST_RETRY_MS),
        "retries": _number(0),
        "culprits": {"S": " ".join(sorted(culprits)[:_MAX_CULPRITS])},
    }
    put = {
        "TableName": settings().table_name,
        "Item": _key(id) | listed,
        "ConditionExpression": _ABSENT,
    }
    counted = {
        "TableName": settings().table_name,
        "Key": _COUNT,
        "UpdateExpression": "ADD listed :one",
        "ConditionExpression": "attribute_not_exists(listed) OR listed < :most",
        "ExpressionAttributeValues": {":one": _number(1), ":most": _number(MAX_LISTED)},
    }
    try:
        transact([{"Put": put}, {"Update": counted}])
    except VersionConflictError:
        return False
    return True


def put_off(id: str, *, retry_at: int) -> None:
    """Postpone the retry of a listed profile to this instant (epoch ms)."""
    values = {":at": _number(retry_at), ":one": _number(1)}
    _update(_key(id), "SET retry_at = :at ADD retries :one", values, _PRESENT)


def remove(id: str) -> None:
    """Remove a profile from the list, if it is listed, which makes room for profiles that were only counted."""
    delete = {"TableName": settings().table_name, "Key": _key(id), "ConditionExpression": _PRESENT}
    counted = {
        "TableName": settings().table_name,
        "Key": _COUNT,
        "UpdateExpression": "SET unlisted = :none ADD listed :less",
        "ExpressionAttributeValues": {":none": _number(0), ":less": _number(-1)},
    }
    with suppress(VersionConflictError):  # another retry has removed it, or the next one will
        transact([{"Delete": delete}, {"Update": counted}])


def find_all() -> Iterator[StuckProfile]:
    """Yield all listed profiles, ordered by id. Lazy, eventually consistent."""
    request = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": _LIST}}
    return map(_stuck, query(request))


def among(ids: Collection[str]) -> set[str]:
    """Return those of at most 100 profiles that are listed. Consistent. Raises UnavailableError."""
    keys = [_key(id_) for id_ in sorted(ids)]
    return {str(item[SK]["S"]) for item in batch_get({"Keys": keys, "ConsistentRead": True})}


def unlisted_failures() -> int:
    """Count the failures of profiles for which the list had no room, since the last removal from it."""
    answer = dynamodb().get_item(TableName=settings().table_name, Key=cast("Any", _COUNT))
    return int(answer.get("Item", {}).get("unlisted", {"N": "0"})["N"])


def _update(key: StoredItem, change: str, values: dict[str, Any], condition: str | None = None) -> bool:
    """Update an item. Returns whether the condition held."""
    more: Any = {"ConditionExpression": condition} if condition else {}
    try:
        dynamodb().update_item(
            TableName=settings().table_name,
            Key=key,
            UpdateExpression=change,
            ExpressionAttributeValues=values,
            **more,
        )
    except ClientError as error:
        if not isinstance(refusal_of(error), VersionConflictError):
            raise
        return False
    return True


def _key(id: str) -> StoredItem:
    return {PK: _LIST, SK: {"S": id}}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _stuck(item: StoredItem) -> StuckProfile:
    numbers = {
        name: int(item[name]["N"]) for name in ("since", "failed_at", "failures", "retry_at", "retries")
    }
    return StuckProfile(
        id=item[SK]["S"],
        reason=item["reason"]["S"],
        during=item["during"]["S"],
        culprits=tuple(item["culprits"]["S"].split()),
        **numbers,
    )
