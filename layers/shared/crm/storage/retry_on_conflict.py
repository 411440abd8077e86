"""Retry optimistic writes: read, decide, and write on the condition that nothing was written in between."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from crm.domain.errors import VersionConflictError
from crm.storage import backoff

T = TypeVar("T")
Pause = Callable[[int], None]

ATTEMPTS = 10

with_jitter: Pause = partial(backoff.pause, first_s=0.01, longest_s=0.2)
"""Pause so that writers that collided do not collide again."""


def at_once(_retry: int) -> None:
    """Make no pause: for attempts that take much longer than any pause, as projections do."""


def retry_on_conflict(attempt: Callable[[], T], *, attempts: int = ATTEMPTS, pause: Pause = with_jitter) -> T:
    """Return what the first attempt without a conflict returns. Each attempt must read again.

    `attempts` is the most that are made; the VersionConflictError of the last one is raised. `pause` is called with
    the number of the retry, from 1, before each.
    """
    for retry in range(1, attempts):
        try:
            return attempt()
        except VersionConflictError:
            pause(retry)
    return attempt()
