"""The deployment between its functions: a client that retries, and a stream, queues and a bus that redeliver."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from crm.domain.activity import CONFLICT, ENTERED, LEFT, SEGMENTS_CHANGED
from crm.services.access import key_uses, sources
from crm.services.consents import link_secret
from crm.services.definitions import attributes, event_categories
from crm.services.projection.arrivals import ARRIVALS
from crm.services.ruleset import ruleset
from crm.services.webhooks import fan_out
from crm.storage import shards
from tests.support.dynamodb.memory_table import Change
from tests.support.gateway import Answer, Client
from tests.support.stage import STREAM_ARN, TABLE, stream_record
from tests.support.wire import ProcessKilled, Wire

Event = dict[str, Any]
MAX_ROUNDS = 40
BATCH = 10
CONSUMERS = {
    "due": "evaluate_segments",
    "spill": "drain_spill",
    "failure": "redrive_projections",
    "unpublished": "redrive_changes",
    "jobs": "run_jobs",
    "webhooks": "deliver_webhooks",
}
SERVER_ERRORS = range(500, 600)


class World:
    """A deployment in which AWS and clients retry until everything is acknowledged."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.records: dict[str, list[Event]] = {"project_profiles": [], "publish_changes": []}
        self._client = Client()
        self._records = 0

    def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """Send a client's request, and retry it while the response is a 5xx or missing."""
        for _ in range(MAX_ROUNDS):
            answer = _survive(lambda: self._client(method, path, body, **more))
            if answer is not None and answer.status not in SERVER_ERRORS:
                return answer  # type: ignore[no-any-return]
        raise AssertionError(f"{method} {path} never got through")

    def settle(self) -> None:
        """Deliver everything, with what follows from it, until nothing waits."""
        for _ in range(MAX_ROUNDS):
            self._take_stream()
            waiting = [name for name, records in self.records.items() if records]
            queues = [name for name, messages in self.wire.queues.items() if messages]
            if not waiting and not queues:
                return
            for function in waiting:
                self._deliver_records(function)
            for queue in queues:
                self._deliver_messages(queue)
        raise AssertionError("the deployment never comes to rest")

    def read_stream(self) -> None:
        """Deliver the records of the stream, with those that follow, but no messages of queues."""
        for _ in range(MAX_ROUNDS):
            self._take_stream()
            waiting = [name for name, records in self.records.items() if records]
            if not waiting:
                return
            for function in waiting:
                self._deliver_records(function)
        raise AssertionError("the stream never comes to its end")

    def keep_from_projection(self) -> str:
        """Let all waiting projections fail, and return the message that the stream sends to the failure queue."""
        self._take_stream()
        self.wire.stream, self.records["project_profiles"] = self.records["project_profiles"], []
        first, last = self.wire.stream[0]["dynamodb"], self.wire.stream[-1]["dynamodb"]
        batch = {
            "streamArn": STREAM_ARN,
            "shardId": "shardId-00000001732113600000-0000",
            "startSequenceNumber": first["SequenceNumber"],
            "endSequenceNumber": last["SequenceNumber"],
        }
        return json.dumps({"DDBStreamBatchInfo": batch})

    def _take_stream(self) -> None:
        for change in self.wire.store.drain(TABLE):
            self._records += 1
            record = stream_record(change, self._records)
            for function in listeners(change):
                self.records[function].append(record)

    def _deliver_records(self, function: str) -> None:
        """Deliver a batch; retry a failed one from the first unacknowledged record on."""
        batch, rest = self.records[function][:BATCH], self.records[function][BATCH:]
        answer = invoke(function, {"Records": batch})
        if answer is not None:
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
            first = next((at for at, number in enumerate(numbers) if number in failed), len(batch))
            batch = batch[first:]
        self.records[function] = batch + rest

    def _deliver_messages(self, queue: str) -> None:
        """Deliver messages; return unacknowledged ones to the queue."""
        function = CONSUMERS[queue]
        batch, self.wire.queues[queue] = self.wire.queues[queue], []
        answer = invoke(function, {"Records": [queue_record(at, body) for at, body in enumerate(batch)]})
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]} if answer else None
        again = [body for at, body in enumerate(batch) if failed is None or str(at) in failed]
        self.wire.queues[queue].extend(again)


def listeners(change: Change) -> Iterator[str]:
    """Yield the functions that receive a change, by the template's filters."""
    sort_key, type_ = change.key["sk"]["S"], (change.new or {}).get("ty", {}).get("S")
    if sort_key.startswith("A#") and type_ not in {None, ENTERED, LEFT, SEGMENTS_CHANGED}:
        yield "project_profiles"
    if sort_key == "PROFILE" or type_ in {CONFLICT, ENTERED, LEFT}:
        yield "publish_changes"


def invoke(function: str, event: Event) -> Any:
    """Return the result of a function, or None if it failed or its process died."""
    return _survive(lambda: importlib.import_module(f"functions.{function}.app").handler(event, None))


def _survive(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (ProcessKilled, Exception):
        clear_all_caches()
        return None


def clear_all_caches() -> None:
    """Clear all caches, as in a new container."""
    ARRIVALS.clear()
    key_uses.clear_cache()
    sources.clear_cache()
    link_secret.clear_cache()
    attributes.clear_cache()
    event_categories.clear_cache()
    fan_out.clear_cache()
    ruleset.clear_cache()
    shards.clear_cache()


def queue_record(at: int, body: str) -> Event:
    return {
        "messageId": str(at),
        "receiptHandle": str(at),
        "body": body,
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "awsRegion": "eu-central-1",
    }
