"""Keep the deadline of a process that works on a job: before Lambda's timeout, the job is handed on."""

from collections.abc import Callable
from dataclasses import dataclass

RESERVE_MS = 60_000
"""Remaining time below which a process starts nothing that takes long."""


class DeadlineExceededError(Exception):
    """This process must end before everything is done: the next one continues in `retry_in` seconds."""

    def __init__(self, retry_in: int = 0) -> None:
        super().__init__()
        self.retry_in = retry_in


@dataclass(frozen=True, slots=True)
class Deadline:
    """The clock of a process: `now` returns the instant, epoch ms; `remaining` the time left, ms."""

    now: Callable[[], int]
    remaining: Callable[[], int]
