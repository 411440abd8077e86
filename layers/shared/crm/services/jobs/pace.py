"""How long a process may go on with a job."""

from collections.abc import Callable
from dataclasses import dataclass


class TimeIsUpError(Exception):
    """This process must end before everything is done: the next one goes on, `again_in` so many seconds."""

    def __init__(self, again_in: int = 0) -> None:
        super().__init__()
        self.again_in = again_in


@dataclass(frozen=True, slots=True)
class Pace:
    """`now` is the instant, epoch ms; `remaining` how long this process may go on, ms."""

    now: Callable[[], int]
    remaining: Callable[[], int]
