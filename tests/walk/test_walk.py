"""Random walks over all features together. Whenever a deployment is at rest, all views agree.

A walk that fails is printed as the shortest list of steps that fails, for `test_former_walks.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.thoroughness import part_of, some_of
from tests.walk.deployment import Deployment
from tests.walk.shortest import shortest
from tests.walk.steps import walk_of
from tests.walk.steps_of_time import Rest
from tests.walk.walk import Step, Walk

GROUPS, WALKS = 20, 3
"""Each group is a test, so that groups can run in parallel."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", some_of(range(GROUPS), one_in=5))
def test_all_views_agree_whatever_happens(deployment: Callable[[], Deployment], group: int) -> None:
    for seed in range(group * WALKS, group * WALKS + part_of(WALKS)):
        walk = walk_of(seed)
        steps = [*walk[: part_of(len(walk), least=8)], Rest()]
        if failure := take(deployment, steps):
            few = shortest(steps, lambda tried: same(failure, take(deployment, tried)))
            listed = "".join(f"    {step!r},\n" for step in few)
            pytest.fail(f"walk {seed} fails: {take(deployment, few)!r}\n[\n{listed}]")


def take(deployment: Callable[[], Deployment], steps: list[Step]) -> Exception | None:
    """Take the steps, and return the error that they raise, or None."""
    try:
        Walk(deployment()).take(steps)
    except Exception as failure:
        return failure
    return None


def same(one: Exception, other: Exception | None) -> bool:
    """Return whether two errors were raised at the same place."""
    return other is not None and place_of(one) == place_of(other)


def place_of(failure: Exception) -> tuple[str, int]:
    """Return the module and the line where an error was raised."""
    trace = failure.__traceback__
    assert trace
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno
