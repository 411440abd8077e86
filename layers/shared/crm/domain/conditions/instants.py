"""Windows below a day: the number of activities, from the newest instants of each day that are kept."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crm.domain.conditions.condition import NEVER
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.windows import MAX_HOURS, InstantWindow
from crm.domain.local_days import LocalDays
from crm.domain.metrics.metric import TIMES, Metric, horizon_for, instants_for
from crm.domain.metrics.selector import selector_of
from crm.domain.metrics.tables import MAX_INSTANTS
from crm.domain.times import iso

MAX_PER_DAY = 125
"""Instants of a day that are kept where no smaller number suffices: 500 in the four days that 72 hours touch."""

MAX_COMPARED = max(MAX_INSTANTS.values())
"""The largest number of activities with which a comparison can be made."""

_HORIZON = horizon_for(MAX_HOURS // 24 + 1)


@dataclass(frozen=True, slots=True)
class RecentCount:
    """The number of activities in a window of hours or minutes."""

    metric: Metric
    window: InstantWindow
    days: LocalDays

    def instants(self, facts: Facts, now: int) -> list[int]:
        """Return the kept instants that count now, or will, ascending."""
        since = self.window.bounds(now)[0]
        first = self.days.day_of(since)
        kept = facts.days_of(self.metric, first)
        return sorted([at for day, times in kept.items() if day >= first for at in times if at >= since])

    def at(self, facts: Facts, now: int) -> int:
        """Return the number at an instant (epoch ms)."""
        return self._counted(self.instants(facts, now), now)

    def _counted(self, instants: list[int], now: int) -> int:
        first, last = self.window.bounds(now)
        return max(0, bisect_right(instants, last) - bisect_left(instants, first))

    def until(self, facts: Facts, now: int) -> int:
        """Return the first later instant at which time alone may change the number."""
        return min(self.window.change_instants(self.instants(facts, now), now), default=NEVER)

    def changes(self, facts: Facts, now: int) -> Iterator[tuple[int, int]]:
        """Yield the later instants at which the number may change, each with the number from then on."""
        instants = self.instants(facts, now)
        for change in self.window.change_instants(instants, now):
            yield change, self._counted(instants, change)


def recent_count(
    definition: dict[str, Any], window: InstantWindow, days: LocalDays, most: int = MAX_PER_DAY
) -> RecentCount:
    """Build the count of a condition or an aggregate. `most`: the largest number that makes a difference."""
    kept = MAX_PER_DAY if window.latest else instants_for(most)
    metric = Metric(TIMES, selector_of(definition), definition.get("property"), _HORIZON, days.name, kept)
    return RecentCount(metric, window, days)


def deciding_number(operator: str, value: Any) -> int:
    """Return the largest number of activities that a comparison distinguishes from one more."""
    largest: float = max(value) if type(value) is list else value
    return max(1, math.ceil(largest) if operator == "at_least" else math.floor(largest) + 1)


def instant_evidence(window: InstantWindow, now: int) -> dict[str, Any]:
    """Return the first and the last instant that count now, for evidence."""
    first, last = window.bounds(now)
    return {"since": iso(first), "until": iso(min(last, now))}
