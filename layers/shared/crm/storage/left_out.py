"""Record which sources send more than profiles keep: `H#left_out` / `<source id>`, with the start and an approximate
count.
"""

from crm.domain.retention import TRUNCATED_SOURCES_DAYS
from crm.domain.source import LeftOutBySource
from crm.domain.times import DAY_S
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.items import StoredItem
from crm.storage.keys import EXPIRES_AT, HEALTH_PREFIX, PK, SK

_LIST = {"S": f"{HEALTH_PREFIX}left_out"}


def add(source_id: str, events: int, *, now: int) -> None:
    """Count events of a source that were not kept in full. `now` in epoch ms."""
    dynamodb().update_item(
        TableName=settings().table_name,
        Key=_key(source_id),
        UpdateExpression=(
            f"SET since = if_not_exists(since, :now), last_at = :now, {EXPIRES_AT} = :end ADD events :more"
        ),
        ExpressionAttributeValues={
            ":now": {"N": str(now)},
            ":end": {"N": str(now // 1000 + TRUNCATED_SOURCES_DAYS * DAY_S)},
            ":more": {"N": str(events)},
        },
    )


def find(source_id: str) -> LeftOutBySource | None:
    """Return the count of a source; None if all its events of the last month were kept in full."""
    answer = dynamodb().get_item(TableName=settings().table_name, Key=_key(source_id))
    if "Item" not in answer:
        return None
    item = answer["Item"]
    return LeftOutBySource(int(item["since"]["N"]), int(item["last_at"]["N"]), int(item["events"]["N"]))


def is_anything() -> bool:
    """Decide whether any source has sent more than profiles keep within a month."""
    found = dynamodb().query(
        TableName=settings().table_name,
        KeyConditionExpression=f"{PK} = :list",
        ExpressionAttributeValues={":list": _LIST},
        Limit=1,
    )
    return bool(found["Items"])


def _key(source_id: str) -> StoredItem:
    return {PK: _LIST, SK: {"S": source_id}}
