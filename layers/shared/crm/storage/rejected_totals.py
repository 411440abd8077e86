"""Count the rejected input of each source by day and reason: `L#rejected#<day>` / `<source>`.

It is counted even if its content is no longer kept, because the source has used up its daily budget of bytes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.retention import REJECTED_COUNTS_DAYS
from crm.domain.times import DAY_S, iso
from crm.domain.tracking.rejection import Rejection
from crm.observability import count
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import EXPIRES_AT, PK, SK

UNIT_BYTES = 1024
"""Minimum size of a rejection in the count: a write unit."""

UNCOUNTED_BYTES = 1_000_000
"""Bytes that a container keeps in its lifetime while the totals are unavailable."""

_PREFIX = "L#rejected#"
_REASON = "n:"
_REMEMBERED = 1_000
_DAY_LENGTH = len("2026-11-21")

_full: dict[tuple[str, str], None] = {}
"""Days and sources whose budget is used up."""

_uncounted: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a source on a day: messages by reason, bytes of content that are kept, messages whose content is
    not.
    """

    source_id: str
    reasons: Mapping[str, int]
    kept_bytes: int
    not_kept: int


def count_rejected(rejections: Sequence[Rejection]) -> bool:
    """Count the rejections of one request; return whether their content may be kept.

    One write; two for the first request of each container after the source has used up its daily budget.
    """
    reception = rejections[0].reception
    place = iso(reception.received_at)[:_DAY_LENGTH], reception.source_id
    size = sum(max(UNIT_BYTES, len(rejection.content)) for rejection in rejections)
    try:
        may_be_kept = place not in _full and settings().rejected_megabytes_per_day != 0
        if may_be_kept and _count(place, rejections, {"kept": size}):
            return True
        _remember(place)
        _count(place, rejections, {"unkept": sum(sum(bad.by_code.values()) for bad in rejections)})
    except (BotoCoreError, ClientError):
        count("RejectedUncounted")
        return place not in _full and _keeps_uncounted(size)
    return False


def totals_of_day(day: str) -> list[Totals]:
    """Return the totals of a UTC day `2026-11-21`, by source."""
    request: dict[str, Any] = {
        "TableName": settings().table_name,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": _PREFIX + day}},
    }
    found: list[Totals] = []
    while True:
        page = dynamodb().query(**request)
        found += [_read(item) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return found
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def clear_cache() -> None:
    """Clear the container's memory, as in a new container."""
    _full.clear()
    _uncounted.clear()


def _count(place: tuple[str, str], rejections: Sequence[Rejection], added: Mapping[str, int]) -> bool:
    """Add to the totals. Returns False, without counting, if bytes were to be added and the source's daily budget is
    used up.
    """
    most = settings().rejected_megabytes_per_day
    condition: dict[str, Any] = {}
    numbers = Counter(added)
    for rejection in rejections:
        numbers.update({_REASON + code: times for code, times in rejection.by_code.items()})
    values = {f":{n}": {"N": str(number)} for n, number in enumerate(numbers.values())}
    values[":ends_at"] = {
        "N": str(rejections[0].reception.received_at // 1000 + REJECTED_COUNTS_DAYS * DAY_S)
    }
    if "kept" in added and most is not None:
        condition = {"ConditionExpression": "attribute_not_exists(kept) OR kept < :most"}
        values[":most"] = {"N": str(most * 1_000_000)}
    try:
        dynamodb().update_item(
            TableName=settings().table_name,
            Key={PK: {"S": _PREFIX + place[0]}, SK: {"S": place[1]}},
            UpdateExpression=f"SET {EXPIRES_AT} = :ends_at ADD "
            + ", ".join(f"#{n} :{n}" for n in range(len(numbers))),
            ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(numbers)},
            ExpressionAttributeValues=values,
            **condition,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _remember(place: tuple[str, str]) -> None:
    if len(_full) >= _REMEMBERED:
        _full.pop(next(iter(_full)))  # the oldest: a dict keeps the order of insertion
    _full[place] = None


def _keeps_uncounted(size: int) -> bool:
    if _uncounted["bytes"] >= UNCOUNTED_BYTES:
        return False
    _uncounted["bytes"] += size
    return True


def _read(item: Mapping[str, Any]) -> Totals:
    reasons = {name[len(_REASON) :]: value for name, value in item.items() if name.startswith(_REASON)}
    return Totals(
        source_id=item[SK]["S"],
        reasons={code: int(value["N"]) for code, value in sorted(reasons.items())},
        kept_bytes=int(item["kept"]["N"]) if "kept" in item else 0,
        not_kept=int(item["unkept"]["N"]) if "unkept" in item else 0,
    )
