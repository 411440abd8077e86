"""A deployment with all of AWS in memory, without waits and with a clock that tests move."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import boto3
import pytest

from crm.domain.times import HOUR_MS
from crm.services.definitions import attributes, event_categories
from crm.services.definitions.lookup_cache import LookupCache
from crm.services.privacy import rejected_search
from crm.services.ruleset import version
from crm.services.segments import backfill, scheduled_evaluation
from crm.services.webhooks import fan_out
from crm.storage import (
    batch_put,
    bucket,
    event_bus,
    log_writer,
    message_queue,
    shards,
    spill,
    stream,
)
from tests.support.direct_calls import answered_directly
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.schema import table_from_definition
from tests.support.stage import TABLE, environment
from tests.support.template import table_definition
from tests.support.wire import Wire

QUEUES = "https://sqs.eu-central-1.amazonaws.com/123456789012"
CACHES: list[Any] = [
    event_bus._events,
    bucket.s3,
    message_queue.sqs,
    stream._streams,
    spill._open,
    log_writer._open,
]


class Clock:
    """A clock that tests move, in epoch milliseconds."""

    def __init__(self, now: int) -> None:
        self.now = now


class SteppingClock:
    """The system's clock, moved a millisecond ahead by each step."""

    def __init__(self) -> None:
        self._system, self._ahead = time.time_ns, 0

    def step(self) -> None:
        self._ahead += 1_000_000

    def time_ns(self) -> int:
        return self._system() + self._ahead


@contextmanager
def wired(clock: Clock, *, directly: bool = True) -> Iterator[Wire]:
    """Let memory serve all clients in this context: `directly` if a call has no fault, else always through botocore."""
    with (
        environment(),
        pytest.MonkeyPatch.context() as patch,
        Wire(empty()).plugged_in() as plugged,
        answered_directly(plugged) if directly else nullcontext(),
    ):
        os.environ |= {"FAILURE_QUEUE_URL": f"{QUEUES}/failure", "JOB_QUEUE_URL": f"{QUEUES}/jobs"}
        os.environ |= {"DUE_QUEUE_URL": f"{QUEUES}/due", "UNPUBLISHED_QUEUE_URL": f"{QUEUES}/unpublished"}
        os.environ |= {"WEBHOOK_QUEUE_URL": f"{QUEUES}/webhooks"}
        os.environ |= {"IMPORT_BUCKET": "crm", "CUSTOM_IDENTITY_TYPES": "loyalty_id"}
        # A session keeps the hooks that there were when it was made.
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        patch.setattr(time, "sleep", lambda _seconds: None)
        patch.setattr(time, "time_ns", lambda: clock.now * 1_000_000)
        # The lifetime of caches must not depend on the speed of the test.
        patch.setattr(attributes, "_cache", LookupCache(seconds=3600))
        patch.setattr(event_categories, "_cache", LookupCache(seconds=3600))
        patch.setattr(fan_out, "_cache", LookupCache(seconds=3600))
        patch.setattr(shards, "SHARDS_CACHE_S", 3600)
        patch.setattr(version, "_cache", LookupCache(seconds=3600))
        # The clock stands still, so that a wait for it would never end.
        patch.setattr(backfill, "SETTLING_MS", 0)
        patch.setattr(scheduled_evaluation, "START_TIMEOUT_MS", 0)
        # A search for rejected input in a whole month would be most of all calls.
        patch.setattr(rejected_search, "KEPT_MS", 6 * HOUR_MS)
        patch.setattr(log_writer, "BatchPut", partial(batch_put.BatchPut, sleep=lambda _seconds: None))
        _drop_clients()
        yield plugged
    _drop_clients()


def _drop_clients() -> None:
    for cached in CACHES:
        cached.cache_clear()


def empty() -> MemoryDynamoDB:
    """Build an empty table."""
    return MemoryDynamoDB([table_from_definition({"TableName": TABLE, **table_definition()})])
