"""Conditions over consents: which state one is in, and since which day.

A consent is in its state since it was first said after the last word to the contrary: SDKs repeat it with every
event. What was granted until an instant is expired since that instant.
"""

from typing import Any

from crm.domain.consent import DENIED, EXPIRED, GRANTED, PENDING, consent_key
from crm.domain.local_days import LocalDays, date_of
from crm.domain.metrics.metric import SPAN, Metric
from crm.domain.metrics.selector import CONSENT, Filter, Selector
from crm.domain.metrics.tables import ALL_DAYS, NO_DAYS
from crm.domain.segments.event_conditions import until_other
from crm.domain.segments.facts import Facts
from crm.domain.segments.node import NEVER, Node, Span, timed
from crm.domain.segments.windows import Window, told_days, window_of

MISSING = "missing"
CONSENT_STATES = (GRANTED, DENIED, PENDING, EXPIRED, MISSING)
DATED_STATES = (GRANTED, DENIED, EXPIRED)
"""States that a window can be asked about."""

_CONTRARY = {GRANTED: DENIED, DENIED: GRANTED}


def consent_condition(said: dict[str, Any], days: LocalDays) -> Node:
    """Whether a consent is in a state at an instant, and since a day in the window, where there is one."""
    key, state = consent_key(said["channel"], said.get("purpose")), said["state"]
    if "window" in said:
        return _since_condition(said, Since(key, state, days), window_of(said["window"]))

    def span(facts: Facts, at: int) -> Span:
        now, until = consent_state(facts, key, at)
        return now == state, until

    return timed(said, span, {"consents"}, lambda facts, at: {"value": consent_state(facts, key, at)[0]})


def consent_state(facts: Facts, key: str, at: int) -> tuple[str, int]:
    """The state of a consent at an instant (epoch ms), and until when it stays so."""
    word = facts.consents.get(key)
    if word is None:
        return MISSING, NEVER
    state, until = word
    if state != GRANTED or until is None:
        return state, NEVER
    return (EXPIRED, NEVER) if until <= at else (GRANTED, until)


class Since:
    """Since which day a consent is in a state."""

    def __init__(self, key: str, state: str, days: LocalDays) -> None:
        self.key, self.state, self.days = key, state, days
        self.metrics: tuple[Metric, ...] = ()
        if state in _CONTRARY:
            self._said = self._metric(state, ALL_DAYS)
            self._ever = self._metric(state, NO_DAYS)
            self._contrary = self._metric(_CONTRARY[state], NO_DAYS)
            self.metrics = (self._said, self._ever, self._contrary)

    def _metric(self, state: str, horizon: int) -> Metric:
        said = Filter(property="state", operator="equals", value=state)
        return Metric(
            SPAN, Selector(kind=CONSENT, event=self.key, where=(said,)), None, horizon, self.days.name
        )

    def day(self, facts: Facts) -> int | None:
        """The number of the day, of somebody whose consent is in the state; None where nothing says it."""
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
        said = facts.days_of(self._said, first)
        return min((day for day, (_, last) in said.items() if day >= first and last >= instant), default=None)


def _since_condition(said: dict[str, Any], since: Since, window: Window) -> Node:
    days = since.days

    def span(facts: Facts, at: int) -> Span:
        now, until = consent_state(facts, since.key, at)
        day = since.day(facts) if now == since.state else None
        if day is None:
            return False, until
        today = days.day_of(at)
        holds, turn = until_other(
            window.includes(day, today),
            window.turns([day], today),
            lambda later: window.includes(day, later),
            days,
        )
        return holds, min(until, turn)

    def evidence(facts: Facts, at: int) -> dict[str, Any]:
        now, _ = consent_state(facts, since.key, at)
        day = since.day(facts) if now == since.state else None
        told = {"value": now} | ({} if day is None else {"since": date_of(day).isoformat()})
        return told | told_days(window, days, at)

    return timed(said, span, {"consents"}, evidence, since.metrics)
