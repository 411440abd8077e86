"""Fixtures of random walks through a deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.walk.deployment import Deployment, deployments


@pytest.fixture(scope="module")
def deployment() -> Iterator[Callable[[], Deployment]]:
    with deployments() as opened:
        yield opened
