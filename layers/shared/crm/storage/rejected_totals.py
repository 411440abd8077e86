"""Store the totals of the rejected input of each source by day and reason: `L#rejected#<day>` / `<source>`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import EXPIRES_AT, PK, SK

KEPT, UNKEPT = "kept", "unkept"
"""Bytes of content that are kept, and messages whose content is not."""

_PREFIX = "L#rejected#"
_REASON = "n:"


@dataclass(frozen=True, slots=True)
class _Totals:
    """Totals of a source on a day: messages by reason, bytes of content that are kept, messages whose content is
    not.
    """

    source_id: str
    reasons: Mapping[str, int]
    kept_bytes: int
    not_kept: int


def totals_of_day(day: str, source_id: str | None = None) -> list[_Totals]:
    """Return the totals of a UTC day `2026-11-21`, by source; only those of one source if it is given."""
    of_source = {":sk": {"S": source_id}} if source_id else {}
    request: dict[str, Any] = {
        "TableName": settings().table_name,
        "KeyConditionExpression": "pk = :pk" + (" AND sk = :sk" if of_source else ""),
        "ExpressionAttributeValues": {":pk": {"S": _PREFIX + day}} | of_source,
    }
    found: list[_Totals] = []
    while True:
        page = dynamodb().query(**request)
        found += [_read(item) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return found
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def add(
    day: str, source_id: str, added: Mapping[str, int], *, ends_at: int, limit: int | None = None
) -> bool:
    """Add to the totals of a source on a day. Returns False, without counting, if it already keeps `limit` bytes.

    `added`: by KEPT, UNKEPT or `reason(code)`. `ends_at`: when the totals expire (epoch s). Raises botocore's errors.
    """
    values = {f":{n}": {"N": str(number)} for n, number in enumerate(added.values())}
    values[":ends_at"] = {"N": str(ends_at)}
    condition: dict[str, Any] = {}
    if limit is not None:
        condition = {"ConditionExpression": "attribute_not_exists(kept) OR kept < :limit"}
        values[":limit"] = {"N": str(limit)}
    try:
        dynamodb().update_item(
            TableName=settings().table_name,
            Key={PK: {"S": _PREFIX + day}, SK: {"S": source_id}},
            UpdateExpression=f"SET {EXPIRES_AT} = :ends_at ADD "
            + ", ".join(f"#{n} :{n}" for n in range(len(added))),
            ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(added)},
            ExpressionAttributeValues=values,
            **condition,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def reason(code: str) -> str:
    """Return the name of the total of a reason."""
    return _REASON + code


def _read(item: Mapping[str, Any]) -> _Totals:
    reasons = {name[len(_REASON) :]: value for name, value in item.items() if name.startswith(_REASON)}
    return _Totals(
        source_id=item[SK]["S"],
        reasons={code: int(value["N"]) for code, value in sorted(reasons.items())},
        kept_bytes=int(item[KEPT]["N"]) if KEPT in item else 0,
        not_kept=int(item[UNKEPT]["N"]) if UNKEPT in item else 0,
    )
