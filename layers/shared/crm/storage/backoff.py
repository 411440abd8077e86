"""Pause between the attempts of a call: exponential backoff with full jitter.

Rule: Amazon Builders' Library, "Timeouts, retries, and backoff with jitter".
"""

import random
import time
from collections.abc import Callable

FIRST_PAUSE_S = 0.05
MAX_PAUSE_S = 10.0


def pause(
    retry: int,
    *,
    first_s: float = FIRST_PAUSE_S,
    longest_s: float = MAX_PAUSE_S,
    jitter: Callable[[], float] = random.random,
    sleep: Callable[[float], None] | None = None,
) -> None:
    """Sleep before this retry (1 is the first), for a random part of a time that doubles with each.

    `jitter` draws from 0 to 1.
    """
    (sleep or time.sleep)(jitter() * min(first_s * 2**retry, longest_s))
