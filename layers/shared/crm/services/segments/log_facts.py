"""Count people's activities from their logs, for conditions whose metrics are not counted yet."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from crm.domain.activity import Activity
from crm.domain.conditions.facts import Facts
from crm.domain.counts import Counts, Piece
from crm.domain.effects import consents_under
from crm.domain.ledger.contributions import Contributions
from crm.domain.ledger.orders import order_of
from crm.domain.local_days import LocalDays
from crm.domain.metrics.counting import Counting
from crm.domain.metrics.metric import Metric
from crm.domain.metrics.selector import Selector, matcher_of
from crm.domain.profile import ProfileState
from crm.services.profiles.fresh_members import query_members
from crm.services.ruleset import ruleset
from crm.services.ruleset.fold_rules import deployed_rules
from crm.storage.activities import read_newest_first, read_range

_END_OF_TIME = 1 << 60
T = TypeVar("T")
MAX_EVIDENCE_READ = 5_000
"""Activities that are searched for the evidence of one condition."""


def facts_from_logs(members: Sequence[ProfileState], metrics: Iterable[Metric], days: LocalDays) -> Facts:
    """Return facts in which these metrics are counted from the whole logs."""
    wanted = list(metrics)
    if not wanted:
        return Facts(members)
    counting = Counting(wanted, days, consents_under(deployed_rules()))
    whole, contributions = Counts(), dict[str, Contributions]()
    for member in members:
        piece = Piece(0, 0, whole)
        for activity in _log(member):
            piece.add(activity, counting)
        for key, added in piece.contributions.items():
            own = added.in_log(member.id)
            contributions[key] = contributions[key] + own if key in contributions else own
    return Facts(
        members,
        whole.metrics,
        [order_of(key, added) for key, added in contributions.items()],
    )


def query_person(
    members: Sequence[ProfileState], metrics: Iterable[Metric], query: Callable[[Facts], T]
) -> T:
    """Return the answer of `query` about a person, counted from the logs if a metric is not counted yet."""
    wanted, counted = list(metrics), ruleset.current_rule_set()
    if all(metric.id in counted.counting.metrics for metric in wanted) and all(
        counted.has_counted(wanted, member) for member in members
    ):
        return query_members(members, lambda current: query(Facts(current)))
    return query(facts_from_logs(members, wanted, ruleset.local_days()))


def _log(member: ProfileState) -> Iterator[Activity]:
    return (a for a in read_range(member.id, 0, _END_OF_TIME) if not member.is_erased(a))


def matching(
    members: Sequence[ProfileState], selectors: Iterable[Selector], first: int, last: int, most: int
) -> list[Activity]:
    """Return the activities that match a selector and occurred from `first` to `last` (epoch ms), newest first."""
    matchers = [matcher_of(selector) for selector in selectors]
    found: list[Activity] = []
    for member in members:
        slowest, fastest = member.skew
        keys = read_newest_first(member.id, max(0, first - fastest), last - slowest + 1)
        for activity in islice(keys, MAX_EVIDENCE_READ):
            if first <= activity.occurred_at <= last and not member.is_erased(activity):
                found += [activity] if any(matches(activity) for matches in matchers) else []
    return sorted(found, key=lambda activity: activity.stamp, reverse=True)[:most]
