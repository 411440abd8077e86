"""Find the metrics that differ between two versions of a profile."""

from collections.abc import Mapping

from crm.domain.counts import Counts
from crm.domain.daily.daily_counts import DailyCounts


def changed_metrics(before: DailyCounts, after: DailyCounts) -> set[str]:
    """Return the ids of the metrics that differ. Blocks that are the same object have not changed."""
    found: set[str] = set()
    old, new = {**before.pages, **before.blocks}, {**after.pages, **after.blocks}
    for number in old.keys() | new.keys():
        one, other = old.get(number), new.get(number)
        if one is not other and any(block is not None and block.has_metrics for block in (one, other)):
            found |= _changed_days(one.days if one else {}, other.days if other else {})
    if before.tail is not after.tail:
        found |= _changed_days(_tail_day(before), _tail_day(after))
    return found


def _tail_day(counted: DailyCounts) -> dict[int, Counts]:
    return {0: counted.tail.counts} if counted.tail else {}


def _changed_days(before: Mapping[int, Counts], after: Mapping[int, Counts]) -> set[str]:
    found: set[str] = set()
    for day in before.keys() | after.keys():
        one, other = before.get(day), after.get(day)
        if one is not other:
            old, new = one.metrics if one else {}, other.metrics if other else {}
            found |= {id_ for id_ in old.keys() | new.keys() if old.get(id_) != new.get(id_)}
    return found
