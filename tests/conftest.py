"""What all tests share: Hypothesis tries the same examples in each run, and a busy machine fails no test."""

import gc
import os

from hypothesis import HealthCheck, settings

from tests.support.thoroughness import part_of

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

# The modules and tests of the whole suite are no garbage: looking through them would take a twentieth of a run.
gc.disable()


def pytest_collection_finish() -> None:
    """Collect garbage among what tests make from now on."""
    gc.enable()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let the interpreter clear modules at its end as usual."""
    gc.unfreeze()
