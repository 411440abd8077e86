"""Store where the newest events of each source are: `L#arrived#<source id>` / `<time>#<random>`, for a day.

An item lists some events by the profile whose log holds them and the client's time, so it contains ids only.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from crm.domain.json_text import encode_text
from crm.domain.retention import ARRIVALS_DAYS
from crm.domain.times import DAY_S, iso
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import EXPIRES_AT, PK, SK

_PREFIX = "L#arrived#"
_ITEMS = 50
"""Items that a request reads: each holds at least one event."""


class Arrival(NamedTuple):
    """The place of an event: the log of a profile, and the client's time in its key (epoch ms)."""

    profile_id: str
    original_at: int


def add(source_id: str, arrivals: Sequence[Arrival], *, now: int, nonce: str) -> None:
    """Add events of a source, in the order of arrival. `now` in epoch ms. Raises botocore's errors."""
    item: Any = {
        PK: {"S": _PREFIX + source_id},
        SK: {"S": f"{iso(now)}#{nonce}"},
        "events": {"S": encode_text(arrivals)},
        EXPIRES_AT: {"N": str(now // 1000 + ARRIVALS_DAYS * DAY_S)},
    }
    dynamodb().put_item(TableName=settings().table_name, Item=item)


def newest(source_id: str, *, now: int) -> Iterator[Arrival]:
    """Yield the events of a source that arrived within the last day, newest first; some may be listed twice."""
    found = dynamodb().query(
        TableName=settings().table_name,
        KeyConditionExpression="pk = :pk AND sk > :start",
        ExpressionAttributeValues={
            ":pk": {"S": _PREFIX + source_id},
            ":start": {"S": iso(now - ARRIVALS_DAYS * DAY_S * 1000)},
        },
        ScanIndexForward=False,
        Limit=_ITEMS,
    )
    for item in found["Items"]:
        yield from (Arrival(*listed) for listed in reversed(json.loads(item["events"]["S"])))
