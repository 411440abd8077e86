"""The numbers of entries and exits of segments in the table."""

from collections import Counter

from crm.storage import segment_changes
from tests.support.stage import TABLE
from tests.support.wire import Wire

PREFIX = "L#segment_changes#"


def all_changes(wire: Wire) -> Counter[str]:
    """Return the sums over all quarters of an hour, by `e:` or `l:` and the id of a segment."""
    keys = {item["pk"]["S"] for item in wire.store.tables[TABLE].items.values()}
    quarters = [int(key.removeprefix(PREFIX)) for key in keys if key.startswith(PREFIX)]
    return sum((Counter(segment_changes.count_changes(quarter)) for quarter in quarters), Counter())
