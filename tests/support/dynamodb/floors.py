"""The floor of a figure: what DynamoDB would charge if every item that is another one afterwards were written once,
alone: no transactions, which cost double, no failed conditions, and no state on the way.
"""

import json
from collections.abc import Iterable

from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.memory_table import Change
from tests.support.dynamodb.schema import Table
from tests.support.dynamodb.units import write_units


def floor(table: Table, changes: Iterable[Change]) -> float:
    """Write units of the difference that these stream records make, their indexes included."""
    before: dict[str, Item | None] = {}
    after: dict[str, Item | None] = {}
    for change in changes:
        key = json.dumps(change.key)
        before.setdefault(key, change.old)
        after[key] = change.new
    return sum(write_units(table, before[key], after[key]) for key in after if before[key] != after[key])
