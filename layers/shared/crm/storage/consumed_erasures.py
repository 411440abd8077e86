"""Track how far the stream consumer has come with erased profiles: `E#<profile id>` / `CONSUMED`, kept for a month."""

import time

from crm.domain.retention import CONSUMED_ERASURES_DAYS
from crm.domain.times import DAY_S
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import ERASURE_PREFIX, EXPIRES_AT, PK, SK

_CONSUMED = {SK: {"S": "CONSUMED"}}


def note_consumed(profile_id: str, erased_at: int) -> None:
    """Record that the stream record which marks a profile as erased at this instant (epoch ms) is consumed."""
    item = {
        PK: {"S": ERASURE_PREFIX + profile_id},
        **_CONSUMED,
        "at": {"N": str(erased_at)},
        EXPIRES_AT: {"N": str(int(time.time()) + CONSUMED_ERASURES_DAYS * DAY_S)},
    }
    dynamodb().put_item(TableName=settings().table_name, Item=item)


def is_consumed(profile_id: str, erased_at: int) -> bool:
    """Decide whether all stream records of a profile up to its mark of this instant are consumed. Consistent."""
    answer = dynamodb().get_item(
        TableName=settings().table_name,
        Key={PK: {"S": ERASURE_PREFIX + profile_id}, **_CONSUMED},
        ConsistentRead=True,
    )
    return "Item" in answer and int(answer["Item"]["at"]["N"]) >= erased_at
