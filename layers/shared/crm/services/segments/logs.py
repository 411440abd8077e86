"""What people did, counted from their logs: for conditions that nobody has counted for yet."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from crm.domain.activity import Activity
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.metrics.metric import Metric
from crm.domain.metrics.selector import Selector, matcher_of
from crm.domain.metrics.tables import Tables
from crm.domain.profile import ProfileState
from crm.domain.segments.facts import Facts
from crm.services.catalogue.fold_rules import deployed_rules
from crm.storage.activities import read_newest_first, read_range

_END_OF_TIME = 1 << 60
MOST_LOOKED_AT = 5_000
"""Activities among which the evidence of one condition is looked for."""


def facts_from_logs(members: Sequence[ProfileState], metrics: Iterable[Metric], days: LocalDays) -> Facts:
    """Facts in which these metrics are counted from the whole logs."""
    wanted = list(metrics)
    if not wanted:
        return Facts(members)
    counting = Counting(wanted, days, deployed_rules())
    tables: Tables = {}
    for member in members:
        for activity in _log(member):
            counting.count(tables, activity)
    return Facts(members, tables)


def _log(member: ProfileState) -> Iterator[Activity]:
    return (a for a in read_range(member.id, 0, _END_OF_TIME) if not member.is_erased(a))


def matching(
    members: Sequence[ProfileState], selectors: Iterable[Selector], first: int, last: int, most: int
) -> list[Activity]:
    """Activities that one of the selectors means and that occurred from `first` to `last` (epoch ms), newest first."""
    matchers = [matcher_of(selector) for selector in selectors]
    found: list[Activity] = []
    for member in members:
        slowest, fastest = member.skew
        keys = read_newest_first(member.id, max(0, first - fastest), last - slowest + 1)
        for activity in islice(keys, MOST_LOOKED_AT):
            if first <= activity.occurred_at <= last and not member.is_erased(activity):
                found += [activity] if any(matches(activity) for matches in matchers) else []
    return sorted(found, key=lambda activity: activity.stamp, reverse=True)[:most]
