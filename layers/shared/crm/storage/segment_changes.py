"""Store entries and exits of segments, by quarter of an hour: `L#segment_changes#<quarter>` / `<digest of the marks>`.

One item holds the marks of all records that the stream's consumer processes together: it costs a write for each batch
with entries or exits, and not for each customer or segment. Its key follows from its content: a batch that is consumed
again writes the same item, or another with marks that are counted once.
"""

import hashlib
from collections.abc import Iterable

from crm.domain.entries_and_exits import (
    ENTERED_PREFIX,
    LEFT_PREFIX,
    QUARTER_MS,
    EntriesAndExits,
    Marks,
    count_marks,
    packed,
)
from crm.domain.retention import SEGMENT_CHANGES_DAYS
from crm.domain.times import DAY_S
from crm.storage.items import StoredItem
from crm.storage.keys import EXPIRES_AT, PK, SK
from crm.storage.partitions import put, query

_PREFIX = "L#segment_changes#"
_DIGEST_BYTES = 16


def store_changes(changes: Iterable[EntriesAndExits]) -> None:
    """Store changes, each of which counts once however often it is stored. Raises UnavailableError."""
    put([_item(quarter, marks) for quarter, marks in packed(changes)])


def count_changes(quarter: int) -> dict[str, int]:
    """Count the changes of a quarter of an hour, by prefix and segment. Consistent."""
    request = {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": f"{_PREFIX}{quarter}"}},
        "ConsistentRead": True,
    }
    return count_marks(_marks(item) for item in query(request))


def _item(quarter: int, marks: Marks) -> StoredItem:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for name, each in sorted(marks.items()):
        digest.update(name.encode() + b"\0" + each + b"\0")
    ends_at = (quarter + 1) * QUARTER_MS // 1000 + SEGMENT_CHANGES_DAYS * DAY_S
    return {
        PK: {"S": f"{_PREFIX}{quarter}"},
        SK: {"S": digest.hexdigest()},
        EXPIRES_AT: {"N": str(ends_at)},
        **{name: {"B": each} for name, each in marks.items()},
    }


def _marks(item: StoredItem) -> Marks:
    prefixes = (ENTERED_PREFIX, LEFT_PREFIX)
    return {name: value["B"] for name, value in item.items() if name.startswith(prefixes)}
