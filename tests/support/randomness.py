"""Seed what tests draw at random, so that each does the same in every run; SEED=2 gives all of them other values.

Ids and secrets come from the operating system in production. Here they follow from the name of the test: what only some
ids break fails in each run of that seed, and can be repeated.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SEED = os.environ.get("SEED", "1")

_drawn = random.Random(SEED)


def draw_by(name: str) -> None:
    """Let what the running test draws from now on follow from this name."""
    _drawn.seed(f"{SEED} {name}")
    random.seed(f"{SEED} {name}")


@contextmanager
def seeded(name: str) -> Iterator[None]:
    """Let all ids, secrets and random numbers follow from this name, and go on as before afterwards."""
    system = os.urandom, random._urandom  # type: ignore[attr-defined]
    before, numbers = _drawn.getstate(), random.getstate()
    draw_by(name)
    os.urandom = random._urandom = _drawn.randbytes  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.urandom, random._urandom = system  # type: ignore[attr-defined]
        _drawn.setstate(before)
        random.setstate(numbers)


def is_seeded(item: pytest.Item) -> bool:
    """Whether a test draws by its name: end-to-end tests share a deployment whose data outlives a run."""
    return "e2e" not in item.path.parts
