"""A table in memory with the latency of a real one, for many threads at the same time."""

import time
from collections.abc import Iterable
from threading import Lock
from typing import Any

from botocore.awsrequest import AWSResponse

from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.schema import Table


class SlowDynamoDB(MemoryDynamoDB):
    """`latency`: the seconds of each call. `most_at_once`: the greatest number of concurrent calls so far."""

    def __init__(self, tables: Iterable[Table], latency: float) -> None:
        super().__init__(tables)
        self.latency = latency
        self.most_at_once = 0
        self._waiting = 0
        self._lock = Lock()

    def on_send(self, request: Any, event_name: str, **more: Any) -> AWSResponse:
        """Handle botocore's `before-send`: calls change the tables one after the other."""
        with self._lock:
            self._waiting += 1
            self.most_at_once = max(self.most_at_once, self._waiting)
        time.sleep(self.latency)
        with self._lock:
            self._waiting -= 1
            return super().on_send(request, event_name, **more)
