"""What profiles counted, day by day, however it is cut and wherever it is kept."""

from crm.domain.counts import Counts
from crm.domain.daily.daily_counts import DailyCounts


def counted_days(daily: DailyCounts) -> dict[int, Counts]:
    """The counts of each day. All pages must be at hand."""
    daily.read_from(None, None)
    days = {
        day: counts
        for block in (*daily.pages.values(), *daily.blocks.values())
        for day, counts in block.days.items()
    }
    if daily.tail is not None:
        days[daily.tail.day] = days.get(daily.tail.day, Counts()) + daily.tail.counts
    return days
