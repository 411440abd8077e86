"""Capacity units of single writes and reads, as pure functions of the items before and after.

Rules, all from the Amazon DynamoDB Developer Guide:
- "DynamoDB read and write operations": rounding, minimum units, consistency, queries, failed conditions.
- "Using Global Secondary Indexes in DynamoDB", "Write capacity units": what a write costs its indexes.
- "Amazon DynamoDB Transactions: How it works", "Capacity management": two reads or writes per item.
"""

from collections.abc import Iterable

from tests.support.dynamodb.item_size import Item, item_size
from tests.support.dynamodb.schema import Index, Table

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
TRANSACTION_FACTOR = 2
EVENTUAL_FACTOR = 0.5


def write_units(table: Table, old: Item | None, new: Item | None, *, transactional: bool = False) -> float:
    """Return the units of a write that turned `old` into `new` (None = absent), including indexes.

    Indexes follow the table asynchronously, outside any transaction, and so are not charged twice.
    """
    own = item_write_units(old, new) * (TRANSACTION_FACTOR if transactional else 1)
    return own + sum(index_write_units(index, table.keys, old, new) for index in table.indexes)


def item_write_units(old: Item | None, new: Item | None) -> int:
    """Return the units of the table itself: the larger of the item before and after, per 1 KB, at least one."""
    return _rounded_up(max(_size(old), _size(new)), WRITE_UNIT_BYTES)


def index_write_units(index: Index, table_keys: tuple[str, ...], old: Item | None, new: Item | None) -> int:
    """Return the units of one index: put, delete, both if its key changes, one write if its projection changes."""
    before, after = index.entry(old, table_keys), index.entry(new, table_keys)
    if before == after:
        return 0
    if before is None or after is None or _same_key(index, before, after):
        return item_write_units(before, after)
    return item_write_units(before, None) + item_write_units(None, after)


def failed_condition_units(existing: Item | None, *, transactional: bool = False) -> int:
    """Return the units of a conditional write whose condition was false: those of the existing item, at least one."""
    return item_write_units(existing, None) * (TRANSACTION_FACTOR if transactional else 1)


def get_units(item: Item | None, *, consistent: bool = False, transactional: bool = False) -> float:
    """Return the units of a read of one item by its key, per 4 KB; a missing item costs as much as a small one."""
    return read_units([item] if item else [], consistent=consistent, transactional=transactional)


def read_units(items: Iterable[Item], *, consistent: bool = False, transactional: bool = False) -> float:
    """Return the units of a Query or Scan over everything that it read, before filters and counts."""
    blocks = _rounded_up(sum(item_size(item) for item in items), READ_UNIT_BYTES)
    if transactional:
        return float(blocks * TRANSACTION_FACTOR)
    return blocks if consistent else blocks * EVENTUAL_FACTOR


def _same_key(index: Index, before: Item, after: Item) -> bool:
    return all(before[key] == after[key] for key in index.keys)


def _size(item: Item | None) -> int:
    return item_size(item) if item else 0


def _rounded_up(size: int, unit: int) -> int:
    return max(1, -(-size // unit))
