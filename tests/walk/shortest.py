"""Shorten a walk that fails, so that it still fails in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, replace
from typing import Any

from tests.walk.steps_of_time import Disturbed
from tests.walk.walk import Step

Fails = Callable[[list[Step]], bool]


def shortest(steps: list[Step], fails: Fails, *, most: int = 400) -> list[Step]:
    """Omit and simplify steps as long as the walk still fails, in a limited number of trials."""
    budget = iter(range(most))
    found = True
    while found:
        found = False
        for simpler in _simpler(steps):
            if next(budget, None) is None:
                return steps
            if fails(simpler):
                steps, found = simpler, True
                break
    return steps


def _simpler(steps: list[Step]) -> Iterator[list[Step]]:
    size = len(steps) // 2
    while size:
        for start in range(0, len(steps), size):
            yield steps[:start] + steps[start + size :]
        size //= 2
    for at, step in enumerate(steps):
        for simpler in _simpler_step(step):
            yield [*steps[:at], simpler, *steps[at + 1 :]]


def _simpler_step(step: Any) -> Iterator[Any]:
    if isinstance(step, Disturbed):
        yield step.step
        yield from (replace(step, step=simpler) for simpler in _simpler_step(step.step))
        return
    for field in fields(step):
        value = getattr(step, field.name)
        if field.default is not MISSING and value != field.default:
            yield replace(step, **{field.name: field.default})
        elif isinstance(value, tuple) and len(value) > 1:
            yield from (
                replace(step, **{field.name: (*value[:at], *value[at + 1 :])}) for at in range(len(value))
            )
