"""Evaluate sequences, or funnels: one event after another, each within its limit, without others between or after.

Every instant at which the last step completes a chain counts while the window includes it. For two steps in days the
first and the last instant of each day suffice; else the newest instants of each day are kept.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crm.domain.conditions.calendar_periods import BEHIND_ALL
from crm.domain.conditions.condition import NEVER, Node, Span, timed
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.instants import MAX_PER_DAY, instant_evidence
from crm.domain.conditions.sequence_plan import BEFORE_ALL_INSTANTS, Plan, StepLimit, sequence_plan_of
from crm.domain.conditions.windows import EVER, InstantWindow, Window, day_evidence
from crm.domain.local_days import LocalDays, date_of_day
from crm.domain.metrics.metric import SPAN, TIMES, Metric, horizon_for
from crm.domain.metrics.selector import Selector
from crm.domain.metrics.tables import ALL_DAYS, NO_DAYS
from crm.domain.times import DAY_MS, iso

Instants = list[int]
_FIRST_OF_ALL = -1
"""The first day on which anything can have occurred: where 1970 begins west of UTC."""


@dataclass(frozen=True, slots=True)
class StepQuery:
    """A metric, and how many days before the window it is read; None: from the beginning."""

    metric: Metric
    reach: int | None

    def instants(self, facts: Facts, first_day: int) -> Instants:
        """Return the kept instants, ascending."""
        since = BEFORE_ALL_INSTANTS if self.reach is None else first_day - self.reach
        kept = facts.days_of(self.metric, since)
        return sorted({at for times in kept.values() for at in times})


class Chains:
    """Finds the instants at which a plan was completed."""

    def __init__(self, plan: Plan, days: LocalDays) -> None:
        self.plan, self.days = plan, days
        last = len(plan.steps) - 1
        self._steps = [self._query(step.selector, plan.reach(n)) for n, step in enumerate(plan.steps)]
        self._between = [
            [self._query(one, plan.reach(n - 1)) for one in step.without] for n, step in enumerate(plan.steps)
        ]
        self._without = [self._query(one, plan.reach(0)) for one in plan.without]
        self._absent = (
            self._query(plan.absent.selector, plan.reach(last), absent=True) if plan.absent else None
        )

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Return the metrics that the plan requires."""
        queries = [*self._steps, *(query for some in self._between for query in some), *self._without]
        return tuple(query.metric for query in (*queries, *([self._absent] if self._absent else [])))

    def _query(self, selector: Selector, reach: int | None, *, absent: bool = False) -> StepQuery:
        plan, name = self.plan, self.days.name
        if plan.absent and len(plan.steps) == 1 and plan.window == EVER and plan.absent.limit == StepLimit():
            return StepQuery(Metric(SPAN, selector, None, NO_DAYS, name), None)
        back = self._days_of_window()
        horizon = ALL_DAYS if back is None or reach is None else horizon_for(back + reach)
        if plan.is_exact and not (absent and plan.absent and plan.absent.limit.ms is None):
            return StepQuery(Metric(TIMES, selector, None, horizon, name, MAX_PER_DAY), reach)
        return StepQuery(Metric(SPAN, selector, None, horizon, name), reach)

    def _days_of_window(self) -> int | None:
        window = self.plan.window
        if isinstance(window, InstantWindow):
            return -(-window.earliest // DAY_MS) + 1
        return window.earliest if window.rolling else None

    def ends(self, facts: Facts, at: int) -> list[tuple[int, int]]:
        """Return each instant at which the last step completed the plan, with the instant from which that is known."""
        plan, first_day = self.plan, self._first_day(at)
        kept: dict[tuple[str, int | None], Instants] = {}

        def instants(query: StepQuery) -> Instants:
            key = query.metric.id, query.reach
            if key not in kept:
                kept[key] = query.instants(facts, first_day)
            return kept[key]

        begun = {moment: moment for moment in instants(self._steps[0])}
        for step, query, between in zip(plan.steps[1:], self._steps[1:], self._between[1:], strict=True):
            begun = self._followed(begun, instants(query), step.limit, _joined(map(instants, between)))
        ends: Iterable[int] = begun
        if len(plan.steps) > 1 and (plan.limit != StepLimit() or self._without):
            excluded = _joined(map(instants, self._without))
            ends = [
                end
                for end, start in begun.items()
                if plan.limit.allows(start, end, self.days) and _latest_before(excluded, end) <= start
            ]
        if plan.absent is None or self._absent is None:
            return [(end, BEFORE_ALL_INSTANTS) for end in ends]
        return list(self._unanswered(ends, instants(self._absent), plan.absent.limit))

    def _first_day(self, at: int) -> int:
        window = self.plan.window
        if isinstance(window, InstantWindow):
            return self.days.day_of(window.bounds(at)[0])
        return window.bounds(self.days.day_of(at))[0]

    def _followed(
        self, begun: dict[int, int], instants: Instants, limit: StepLimit, excluded: Instants
    ) -> dict[int, int]:
        """Return the instants that follow one of those before, each with the latest start of a chain ending there."""
        former, found = list(begun), dict[int, int]()
        always, passed, in_between = limit == StepLimit(), 0, 0
        for moment in instants:
            while passed < len(former) and former[passed] < moment:
                passed += 1
            while in_between < len(excluded) and excluded[in_between] < moment:
                in_between += 1
            if not passed:
                continue
            before = former[passed - 1]
            if in_between and excluded[in_between - 1] > before:
                continue
            if always or limit.allows(before, moment, self.days):
                found[moment] = begun[before]
        return found

    def _unanswered(
        self, ends: Iterable[int], answers: Instants, limit: StepLimit
    ) -> Iterator[tuple[int, int]]:
        if limit == StepLimit():
            last = answers[-1] if answers else BEFORE_ALL_INSTANTS
            yield from ((end, BEFORE_ALL_INSTANTS) for end in ends if end >= last)
            return
        for end in ends:
            place = bisect_right(answers, end)
            too_late = limit.ends(end, self.days)
            if place == len(answers) or answers[place] >= too_late:
                yield end, too_late


def _joined(parts: Iterable[Instants]) -> Instants:
    return sorted(moment for part in parts for moment in part)


def _latest_before(instants: Instants, moment: int) -> int:
    place = bisect_left(instants, moment)
    return instants[place - 1] if place else BEFORE_ALL_INSTANTS


def sequence_condition(condition: dict[str, Any], days: LocalDays) -> Node:
    """Build the condition that `steps`, or `first` and `then`, occurred in order, without `then_not` after them.

    The last step is in the window.
    """
    plan = sequence_plan_of(condition)
    found, lasts = Chains(plan, days), _lasting(plan.window, days)

    def span(facts: Facts, at: int) -> Span:
        counting = sorted(
            (max(begins, known), behind)
            for end, known in found.ends(facts, at)
            for begins, behind in (lasts(end),)
            if behind > max(begins, known)
        )
        return _until_change(counting, at)

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        ends = [end for end, known in found.ends(facts, at) if known <= at and _in(lasts(end), at)]
        day = date_of_day(days.day_of(max(ends))).isoformat() if ends else None
        shown = {"value": day, "at": iso(max(ends)) if ends else None}
        if isinstance(plan.window, InstantWindow):
            return shown | instant_evidence(plan.window, at)
        return shown | day_evidence(plan.window, days, at)

    return timed(condition, span, set(), evidence, found.metrics, exact=True)


def _in(lasting: tuple[int, int], at: int) -> bool:
    return lasting[0] <= at < lasting[1]


def _until_change(counting: Sequence[tuple[int, int]], at: int) -> Span:
    """Return whether one of these ordered ranges of time includes an instant, and until when that stays so."""
    behind = max((end for begins, end in counting if begins <= at), default=BEFORE_ALL_INSTANTS)
    if behind <= at:
        return False, next((begins for begins, _ in counting if begins > at), NEVER)
    for begins, end in counting:
        if begins > behind:
            break
        behind = max(behind, end)
    return True, min(behind, NEVER)


def _lasting(window: Window | InstantWindow, days: LocalDays) -> Callable[[int], tuple[int, int]]:
    """Return a function from an instant to the range (epoch ms) in which it counts.

    An end not after the start means never.
    """
    if isinstance(window, InstantWindow):
        return window.lasts
    if not window.rolling:
        first, end = _begins(window.earliest, days), _begins(window.latest + 1, days)
        return lambda moment: (
            (BEFORE_ALL_INSTANTS, NEVER) if first <= moment < end else (NEVER, BEFORE_ALL_INSTANTS)
        )

    def of_days(moment: int) -> tuple[int, int]:
        first, behind = window.lasts(days.day_of(moment))
        return _begins(first, days), _begins(behind, days)

    return of_days


def _begins(day: int, days: LocalDays) -> int:
    if day < _FIRST_OF_ALL:
        return BEFORE_ALL_INSTANTS
    return days.begins(day) if day < BEHIND_ALL else NEVER
