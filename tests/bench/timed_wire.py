"""AWS in memory for measuring CPU: requests are signed as for the network; the services' CPU is counted separately."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore import handlers
from botocore.awsrequest import AWSResponse

from tests.support.wire import Wire


class TimedWire(Wire):
    """AWS in memory. `cpu`: seconds of CPU of the services in memory, in all threads."""

    cpu = 0.0

    @contextmanager
    def plugged_in(self) -> Iterator["TimedWire"]:
        """Answer all AWS calls of clients that are created from now on."""
        hook: Any = ("before-send", self.on_send)
        handlers.BUILTIN_HANDLERS.append(hook)
        try:
            yield self
        finally:
            handlers.BUILTIN_HANDLERS.remove(hook)

    def on_send(self, request: Any, event_name: str, **more: Any) -> AWSResponse:
        """Answer in place of the network; the handler of botocore's `before-send`."""
        started = time.thread_time()
        try:
            return super().on_send(request, event_name, **more)
        finally:
            self.cpu += time.thread_time() - started
