"""The plan of a sequence: its steps in order, their limits, and what must not occur between or after them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.conditions.condition import NEVER
from crm.domain.conditions.windows import (
    InstantWindow,
    Window,
    instant_window_of,
    milliseconds_in,
    window_of,
)
from crm.domain.local_days import LocalDays
from crm.domain.metrics.selector import Selector, selector_of
from crm.domain.times import DAY_MS

SequenceJson = Mapping[str, Any]
BEFORE_ALL_INSTANTS = -NEVER
"""An instant before all others (epoch ms)."""


@dataclass(frozen=True, slots=True)
class StepLimit:
    """The time allowed to a later step: at most `days` calendar days, or less than `ms`; without both, any."""

    days: int | None = None
    ms: int | None = None

    @classmethod
    def of(cls, definition: SequenceJson) -> "StepLimit":
        """Read the limit of a step or a sequence from `within_days` or `within`."""
        within = definition.get("within")
        return cls(definition.get("within_days"), milliseconds_in(within) if within else None)

    @property
    def reach(self) -> int | None:
        """Return the maximum number of calendar days between both steps; None without a limit."""
        if self.ms is not None:
            return -(-self.ms // DAY_MS) + 1
        return self.days

    def allows(self, first: int, later: int, days: LocalDays) -> bool:
        """Return whether the later instant is in time."""
        if self.ms is not None:
            return later - first < self.ms
        return self.days is None or days.day_of(later) - days.day_of(first) <= self.days

    def ends(self, first: int, days: LocalDays) -> int:
        """Return the first instant that is too late."""
        if self.ms is not None:
            return first + self.ms
        return (
            days.begins(days.day_of(first) + self.days + 1) if self.days is not None else BEFORE_ALL_INSTANTS
        )


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: the events that complete it, its limit after the step before, and the events excluded between both."""

    selector: Selector
    limit: StepLimit
    without: tuple[Selector, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A sequence.

    `limit` and `without` hold from its first step to its last; `absent` must not follow within its limit.
    """

    steps: tuple[PlannedStep, ...]
    limit: StepLimit
    without: tuple[Selector, ...]
    absent: PlannedStep | None
    window: Window | InstantWindow

    @property
    def is_exact(self) -> bool:
        """Return whether more than the first and the last instant of each day must be known."""
        limits = [self.limit, *(step.limit for step in self.steps)]
        return (
            len(self.steps) > 2  # # noqa: PLR2004 - with two steps the first and the last instant suffice
            or bool(self.without or any(step.without for step in self.steps))
            or any(limit.ms is not None for limit in limits)
            or isinstance(self.window, InstantWindow)
            or (self.absent is not None and self.absent.limit.ms is not None)
        )

    def reach(self, step: int) -> int | None:
        """Return the maximum number of calendar days from a step to the last one; None without a limit."""
        later = [one.limit.reach for one in self.steps[step + 1 :]]
        known = [days for days in later if days is not None]
        by_steps = sum(known) if len(known) == len(later) else None
        found = [days for days in (by_steps, self.limit.reach) if days is not None]
        return min(found, default=None) if later else 0


def sequence_plan_of(condition: SequenceJson) -> Plan:
    """Read the plan of a condition of type `sequence`, in either of its forms."""
    limit, without = StepLimit.of(condition), _selectors(condition)
    named = condition.get("steps") or [condition[name] for name in ("first", "then") if name in condition]
    steps = tuple(PlannedStep(selector_of(dict(one)), StepLimit.of(one), _selectors(one)) for one in named)
    absent = None
    if "then_not" in condition:
        own = StepLimit.of(condition["then_not"])
        absent = PlannedStep(
            selector_of(condition["then_not"]), limit if own == StepLimit() and len(steps) == 1 else own, ()
        )
    window = condition.get("window")
    return Plan(steps, limit, without, absent, instant_window_of(window) or window_of(window))


def _selectors(definition: SequenceJson) -> tuple[Selector, ...]:
    return tuple(selector_of(one) for one in definition.get("without", ()))
