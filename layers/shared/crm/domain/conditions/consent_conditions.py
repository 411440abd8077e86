"""Conditions over consents: the state of a consent, and the day since which it is in it.

A consent is in its state since the first time it was set after the last contrary value: SDKs repeat it with every
event. A grant with an end is expired since that end.
"""

from typing import Any

from crm.domain.conditions.condition import NEVER, Node, Span, timed
from crm.domain.conditions.event_conditions import until_other
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.windows import Window, day_evidence, window_of
from crm.domain.consent import DENIED, EXPIRED, GRANTED, MISSING, consent_key, state_at
from crm.domain.local_days import LocalDays, date_of_day
from crm.domain.metrics.metric import SPAN, Metric
from crm.domain.metrics.selector import CONSENT_KIND, Filter, Selector
from crm.domain.metrics.tables import ALL_DAYS, NO_DAYS

DATED_STATES = (GRANTED, DENIED, EXPIRED)
"""States that a condition with a window can test."""

_CONTRARY = {GRANTED: DENIED, DENIED: GRANTED}


def consent_condition(condition: dict[str, Any], days: LocalDays) -> Node:
    """Build the condition that a consent is in a state, where a window is given since a day in it."""
    key, state = consent_key(condition["channel"], condition.get("purpose")), condition["state"]
    if "window" in condition:
        return _since_condition(condition, Since(key, state, days), window_of(condition["window"]))

    def span(facts: Facts, at: int) -> Span:
        now, until = consent_state(facts, key, at)
        return now == state, until

    return timed(condition, span, {"consents"}, lambda facts, at: {"value": consent_state(facts, key, at)[0]})


def consent_state(facts: Facts, key: str, at: int) -> tuple[str, int]:
    """Return the state of a consent at an instant (epoch ms), and until when it lasts."""
    held = facts.consent(key)
    if held is None:
        return MISSING, NEVER
    state, until = held
    now = state_at(state, until, at)
    return now, until if now == GRANTED and until is not None else NEVER


class Since:
    """The day since which a consent is in a state."""

    def __init__(self, key: str, state: str, days: LocalDays) -> None:
        self.key, self.state, self.days = key, state, days
        self.metrics: tuple[Metric, ...] = ()
        if state in _CONTRARY:
            self._statements = self._metric(state, ALL_DAYS)
            self._ever = self._metric(state, NO_DAYS)
            self._contrary = self._metric(_CONTRARY[state], NO_DAYS)
            self.metrics = (self._statements, self._ever, self._contrary)

    def _metric(self, state: str, horizon: int) -> Metric:
        filter_ = Filter(property="state", operator="equals", value=state)
        return Metric(
            SPAN, Selector(kind=CONSENT_KIND, event=self.key, where=(filter_,)), None, horizon, self.days.name
        )

    def day(self, facts: Facts) -> int | None:
        """Return the number of the day, for a person whose consent is in the state; None if it is unknown."""
        if self.state == EXPIRED:
            until = facts.consents[self.key][1]
            return None if until is None else self.days.day_of(until)
        ever = facts.days_of(self._ever, 0).get(0)
        contrary = facts.days_of(self._contrary, 0).get(0)
        if ever is None:
            return None
        if contrary is None or ever[0] >= contrary[1]:
            return self.days.day_of(ever[0])
        return self._after(facts, contrary[1])

    def _after(self, facts: Facts, instant: int) -> int | None:
        first = self.days.day_of(instant)
        spans = facts.days_of(self._statements, first)
        return min(
            (day for day, (_, last) in spans.items() if day >= first and last >= instant), default=None
        )


def _since_condition(condition: dict[str, Any], since: Since, window: Window) -> Node:
    days = since.days

    def span(facts: Facts, at: int) -> Span:
        now, until = consent_state(facts, since.key, at)
        day = since.day(facts) if now == since.state else None
        if day is None:
            return False, until
        today = days.day_of(at)
        holds, change = until_other(
            window.includes(day, today),
            window.change_days([day], today),
            lambda later: window.includes(day, later),
            days,
        )
        return holds, min(until, change)

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        now, _ = consent_state(facts, since.key, at)
        day = since.day(facts) if now == since.state else None
        shown = {"value": now} | ({} if day is None else {"since": date_of_day(day).isoformat()})
        return shown | day_evidence(window, days, at)

    return timed(condition, span, {"consents"}, evidence, since.metrics)
