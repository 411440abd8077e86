"""Patch the emulator to respond as soon as a function has: it waits for log lines afterwards, 50 ms if there are
none.
"""

from functools import partialmethod
from typing import Any

FIRST_LINE_S = 0.002
QUIET_S = 0.001


def answer_at_once(runtime: Any) -> None:
    """Limit the wait for log lines to the time of a line through a pipe. A later line is in the next log."""
    waiting = runtime.Worker._drain_stderr_bounded
    runtime.Worker._drain_stderr_bounded = partialmethod(
        waiting, first_line_wait=FIRST_LINE_S, idle_confirm=QUIET_S
    )
