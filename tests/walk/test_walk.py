"""Walks over all features together, in any order; whenever everything has come to rest, all views agree.

A walk that fails is printed as the shortest list of steps that does: paste it into `test_walks_of_before.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.thoroughness import part_of
from tests.walk.deployment import Deployment, deployments
from tests.walk.steps import walks
from tests.walk.steps_of_time import Rest
from tests.walk.walk import Step, Walk


@pytest.fixture(scope="module")
def deployment() -> Iterator[Callable[[], Deployment]]:
    with deployments() as opened:
        yield opened


@pytest.mark.parametrize("number", range(4))
def test_all_views_agree_whatever_happens(deployment: Callable[[], Deployment], number: int) -> None:
    @seed(number)
    @settings(
        max_examples=part_of(60),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(walks())
    def take(steps: list[Step]) -> None:
        Walk(deployment()).take([*steps, Rest()])

    take()
