"""What all tests share: each tries the same examples with the same ids in each run; a busy machine fails no test."""

import gc
import os
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support.randomness import is_seeded, seeded
from tests.support.thoroughness import THOROUGH, part_of

settings.register_profile(
    "patient",
    max_examples=part_of(100, least=5),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")

# A process keeps the connection that it makes first: one without credentials would fail the tests that follow.
for _name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    os.environ.setdefault(_name, "testing")

# The modules and tests of the whole suite are no garbage: looking through them would take a twentieth of a run. Nor are
# most of the objects that tests make between two looks, of which there would be thousands in a second.
gc.disable()
gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave large tests to thorough runs, unless the command names tests."""
    if THOROUGH or any("::" in argument for argument in config.args):
        return
    large = [item for item in items if item.get_closest_marker("large")]
    if large:
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if item not in large]


def pytest_collection_finish() -> None:
    """Collect garbage among what tests make from now on."""
    gc.enable()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let the interpreter clear modules at its end as usual."""
    gc.unfreeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let what a test draws follow from its name."""
    with seeded(item.nodeid) if is_seeded(item) else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Iterator[None]:
    """Let what a fixture of several tests draws follow from its own name, whichever test asks for it first."""
    shared = fixturedef.scope != "function" and is_seeded(request._pyfuncitem)
    with seeded(f"{fixturedef.baseid} {fixturedef.argname}") if shared else nullcontext():
        return (yield)
