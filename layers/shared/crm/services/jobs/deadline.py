"""Keep the deadline of a process that works on a job: before Lambda's timeout, the job is handed on."""

from collections.abc import Callable
from dataclasses import dataclass


class TimeIsUpError(Exception):
    """This process must end before everything is done: the next one continues in `again_in` seconds."""

    def __init__(self, again_in: int = 0) -> None:
        super().__init__()
        self.again_in = again_in


@dataclass(frozen=True, slots=True)
class Pace:
    """The clock of a process: `now` returns the instant, epoch ms; `remaining` the time left, ms."""

    now: Callable[[], int]
    remaining: Callable[[], int]
