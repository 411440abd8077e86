"""The least write units of a change: each changed item is written once.

This excludes transactions, which cost double, failed conditions and intermediate states.
"""

import json
from collections.abc import Iterable

from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.memory_table import Change
from tests.support.dynamodb.schema import Table
from tests.support.dynamodb.units import write_units


def floor(table: Table, changes: Iterable[Change]) -> float:
    """Return the write units of the net change in these stream records, including indexes."""
    before: dict[str, Item | None] = {}
    after: dict[str, Item | None] = {}
    for change in changes:
        key = json.dumps(change.key)
        before.setdefault(key, change.old)
        after[key] = change.new
    return sum(write_units(table, before[key], after[key]) for key in after if before[key] != after[key])
