"""AWS in memory for measuring CPU: requests are signed as for the network, and the services' own CPU is told apart."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore import handlers
from botocore.awsrequest import AWSResponse

from tests.support.wire import Wire


class TimedWire(Wire):
    """`cpu`: seconds that the services in memory took, of all threads."""

    cpu = 0.0

    @contextmanager
    def plugged_in(self) -> Iterator["TimedWire"]:
        """Answer every AWS call of clients made from now on."""
        hook: Any = ("before-send", self.on_send)
        handlers.BUILTIN_HANDLERS.append(hook)
        try:
            yield self
        finally:
            handlers.BUILTIN_HANDLERS.remove(hook)

    def on_send(self, request: Any, event_name: str, **more: Any) -> AWSResponse:
        """The handler of botocore's `before-send`: answers in place of the network."""
        started = time.thread_time()
        try:
            return super().on_send(request, event_name, **more)
        finally:
            self.cpu += time.thread_time() - started
