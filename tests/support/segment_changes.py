"""How often customers have entered and left segments, as the table has it."""

from collections import Counter

from crm.storage import segment_changes
from tests.support.stage import TABLE
from tests.support.wire import Wire

PREFIX = "L#segment_changes#"


def all_changes(wire: Wire) -> Counter[str]:
    """The counts of all quarters of an hour: `e:` and `l:` before the id of a segment."""
    keys = {item["pk"]["S"] for item in wire.store.tables[TABLE].items.values()}
    quarters = [int(key.removeprefix(PREFIX)) for key in keys if key.startswith(PREFIX)]
    return sum((Counter(segment_changes.count_changes(quarter)) for quarter in quarters), Counter())
