"""Patch the emulator's workers: respond as soon as a function has, and let it take its time on a busy machine."""

from functools import partialmethod
from typing import Any

FIRST_LINE_S = 0.002
QUIET_S = 0.001
REQUEST_TIMEOUT_S = 29
"""The longest timeout of functions that answer requests, as API Gateway waits no longer."""
TIMEOUT_FACTOR = 4
"""How many times its timeout such a function may take."""


def answer_at_once(runtime: Any) -> None:
    """Limit the wait for log lines to the time of a line through a pipe. A later line is in the next log.

    The emulator waits for them after each response, 50 ms if there are none.
    """
    waiting = runtime.Worker._drain_stderr_bounded
    runtime.Worker._drain_stderr_bounded = partialmethod(
        waiting, first_line_wait=FIRST_LINE_S, idle_confirm=QUIET_S
    )


def extend_timeouts(runtime: Any) -> None:
    """Extend the timeouts of functions that answer requests: here they include the start of the process, and many
    start at the same time.
    """
    begin = runtime.Worker.__init__

    def start_with_timeout(worker: Any, name: str, config: dict[str, Any], code: bytes) -> None:
        seconds = config.get("Timeout", REQUEST_TIMEOUT_S)
        if seconds <= REQUEST_TIMEOUT_S:
            config = config | {"Timeout": seconds * TIMEOUT_FACTOR}
        begin(worker, name, config, code)

    runtime.Worker.__init__ = start_with_timeout
