"""Imports on a table, a bucket and queues in memory, by the real handlers, with meters."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crm.domain.imports.row_decision import OUTCOMES
from crm.domain.times import HOUR_MS
from tests.support.dynamodb.capacity import CapacityMeter, Usage
from tests.support.dynamodb.schema import table_from_definition
from tests.support.gateway import build_http_event
from tests.support.shop import BEGIN
from tests.support.stage import READER, TABLE, Stage, handler
from tests.support.template import table_definition
from tests.support.wire import Wire
from tests.support.wired_deployment import Clock, wired

PLANNING = "planning"
"""The name of the work for a job as a whole, beside the parts of its steps."""


class ImportStage(Stage):
    """A deployment with its bucket and the queue of its jobs."""

    def __init__(self, wire: Wire, meter: CapacityMeter, clock: Clock) -> None:
        super().__init__(wire.store, meter)
        self._wire, self._clock = wire, clock

    def drop(self, name: str, content: bytes) -> None:
        """Drop a file an hour later; its import then waits in the queue."""
        self._clock.now += HOUR_MS
        self._wire.bucket.files[f"imports/{name}"] = content
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        shown = {
            "key": f"imports/{name}",
            "size": len(content),
            "etag": etag,
            "sequencer": str(self._clock.now),
        }
        handler("import_csv")({"detail": {"object": shown}}, None)

    def work(self, *, until: str | None = None) -> dict[str, Usage]:
        """Run the waiting jobs part by part, to the end or to the first part of a step; return the units by step."""
        taken: dict[str, Usage] = {}
        self.meter.reset()
        while (step := self._next_step()) not in {None, until}:
            self.work_once()
            _add(taken.setdefault(step or PLANNING, Usage()), self.meter.reset())
        return taken

    def work_once(self) -> None:
        """Process the next message."""
        body = self._wire.queues["jobs"].pop(0)
        answer = handler("run_jobs")({"Records": [_message(body)]}, None)
        if answer["batchItemFailures"]:
            raise AssertionError(f"failed and to be retried: {body}")

    def _next_step(self) -> str | None:
        """Return the step of the next message; None if the queue is empty."""
        waiting = self._wire.queues.get("jobs")
        return str(json.loads(waiting[0]).get("step", PLANNING)) if waiting else None

    def outcome(self) -> dict[str, int]:
        """Return the counts of the import that was started last."""
        answer = handler("manage_imports")(build_http_event("GET", "/v1/imports", authorizer=READER), None)
        newest = json.loads(answer["body"])["imports"][0]
        if newest["state"] != "done":
            raise AssertionError(f"the job is not done: {newest}")
        return {name: number for name, number in newest["report"].items() if name in OUTCOMES and number}


@contextmanager
def on_import_stage() -> Iterator[ImportStage]:
    """Deploy the product on an empty table, and remove everything afterwards."""
    clock = Clock(BEGIN)
    schema = table_from_definition({"TableName": TABLE, **table_definition()})
    with wired(clock, directly=False) as wire:
        meter = CapacityMeter([schema], wire.store)
        with meter.watching_new_clients():
            yield ImportStage(wire, meter, clock)


def _add(sum_: Usage, more: Usage) -> None:
    sum_.read += more.read
    sum_.write += more.write
    sum_.calls += more.calls
    for kind, units in more.written.items():
        sum_.written[kind] = sum_.written.get(kind, 0.0) + units


def _message(body: str) -> dict[str, Any]:
    return {
        "messageId": "1",
        "receiptHandle": "1",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
