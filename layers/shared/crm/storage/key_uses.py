"""Store when API keys were last used: `L#used` / `<key id>`, written at most once an hour by each container."""

from typing import Any

from crm.domain.retention import KEY_USES_DAYS
from crm.domain.times import DAY_S
from crm.settings import settings
from crm.storage import partitions
from crm.storage.client import dynamodb
from crm.storage.keys import EXPIRES_AT, PK, SK

_PARTITION = "L#used"


def store_use(key_id: str, at: int) -> None:
    """Store that a key was used (epoch ms). Raises botocore's errors."""
    item: Any = {
        PK: {"S": _PARTITION},
        SK: {"S": key_id},
        "at": {"N": str(at)},
        EXPIRES_AT: {"N": str(at // 1000 + KEY_USES_DAYS * DAY_S)},
    }
    dynamodb().put_item(TableName=settings().table_name, Item=item)


def all_uses() -> dict[str, int]:
    """Return when each key was last used (epoch ms), by key id."""
    request = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": _PARTITION}}}
    return {item[SK]["S"]: int(item["at"]["N"]) for item in partitions.query(request)}
