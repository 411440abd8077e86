"""The product on a table in memory: its real handlers, its stream, its table as the template defines it."""

import importlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from botocore import handlers

from crm.domain.times import iso
from crm.services.access import rate_limit, sources
from crm.services.consents import link_secret
from crm.services.ruleset import ruleset
from crm.services.webhooks import fan_out
from crm.settings import settings
from crm.storage import client, shards
from tests.support.botocore_caches import botocore_caches
from tests.support.dynamodb.capacity import CapacityMeter
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.memory_table import Change
from tests.support.dynamodb.schema import table_from_definition
from tests.support.gateway import build_http_event
from tests.support.template import table_definition

TABLE = "crm-bench"
REGION = "eu-central-1"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "TABLE_NAME": TABLE,
    "IDENTITY_NAMESPACE": "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11",
    "SPILL_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/spill",
    "EVENT_BUS_NAME": TABLE,
    "POWERTOOLS_SERVICE_NAME": "crm",
    "POWERTOOLS_LOG_LEVEL": "ERROR",
    "POWERTOOLS_METRICS_NAMESPACE": "CustomerData",
    "POWERTOOLS_TRACE_DISABLED": "1",
}
STREAM_ARN = f"arn:aws:dynamodb:{REGION}:123456789012:table/{TABLE}/stream/2026-11-20T00:00:00"
STREAM_BATCH = 100
READER = {"principal": "key:bench", "scopes": "admin"}


class Stage:
    """One deployment, its client and its meter."""

    def __init__(self, store: MemoryDynamoDB, meter: CapacityMeter) -> None:
        self.store = store
        self.meter = meter
        self.source = sources.create(name="Shop", kind="web", now=time.time_ns() // 1_000_000)
        self.store.drain(TABLE)
        self.meter.reset()

    def send(self, messages: list[dict[str, Any]]) -> None:
        """Send one request to `/v1/batch`, whose messages must all be accepted."""
        body = {"batch": messages, "sentAt": _now(), "writeKey": self.source.write_key}
        answer = self.invoke("track_events", request("POST", "/v1/batch", body))
        reply = json.loads(answer["body"])
        if answer["statusCode"] != 200 or reply.get("rejected"):
            raise AssertionError(f"not all accepted: {answer}")

    def project(self, *, batch_size: int = STREAM_BATCH) -> int:
        """Deliver the stream to the projection until it is empty; return the number of stream changes."""
        handed = 0
        while stream_changes := [change for change in self.store.drain(TABLE) if _is_activity(change)]:
            for start in range(0, len(stream_changes), batch_size):
                self.project_changes(stream_changes[start : start + batch_size])
            handed += len(stream_changes)
        return handed

    def project_changes(self, changes: list[Change]) -> None:
        """Deliver one batch of stream records to the projection, which must not leave any for a retry."""
        records = [stream_record(change, number) for number, change in enumerate(changes)]
        answer = handler("project_profiles")({"Records": records}, None) or {}
        if answer.get("batchItemFailures"):
            raise AssertionError(f"failed and to be retried: {answer}")

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Return the result of a function."""
        return handler(function)(event, None)

    def read(self, path: str) -> Any:
        """Return the parsed JSON of a GET."""
        event = build_http_event("GET", path, authorizer=READER)
        answer = handler("profiles")(event, None)
        if answer["statusCode"] != 200:
            raise AssertionError(f"GET {path}: {answer}")
        return json.loads(answer["body"])


@contextmanager
def on_stage(*, metered: bool = True) -> Iterator[Stage]:
    """Deploy the product on an empty table, until the end of the block."""
    schema = table_from_definition({"TableName": TABLE, **table_definition()})
    store = MemoryDynamoDB([schema])
    meter = CapacityMeter([schema], store)
    watching = meter.watching_new_clients() if metered else nullcontext()
    with environment(), store.plugged_in(), watching, _no_queues():
        yield Stage(store, meter)


@contextmanager
def environment() -> Iterator[None]:
    """Set the environment of a deployment, in a container with empty caches."""
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    clear_caches()
    try:
        with botocore_caches():
            yield
    finally:
        clear_caches()
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _no_queues() -> Iterator[None]:
    def refuse(**_: Any) -> None:
        raise AssertionError("a bench must not fail, but a message was sent to a queue")

    hook: Any = ("before-send.sqs", refuse)
    handlers.BUILTIN_HANDLERS.append(hook)
    try:
        yield
    finally:
        handlers.BUILTIN_HANDLERS.remove(hook)


def clear_caches() -> None:
    """Clear the caches of a container: settings, clients, keys."""
    settings.cache_clear()
    client.clear_cache()
    sources.clear_cache()
    link_secret.clear_cache()
    rate_limit.clear_cache()
    fan_out.clear_cache()
    ruleset.clear_cache()
    shards.clear_cache()


def handler(function: str) -> Any:
    """Return the Lambda handler of a function."""
    return importlib.import_module(f"functions.{function}.app").handler


def request(method: str, path: str, body: Any) -> dict[str, Any]:
    """Build API Gateway's event of a browser's request."""
    return build_http_event(method, path, json.dumps(body), {"content-type": "text/plain"})


def stream_record(change: Change, number: int) -> dict[str, Any]:
    """Build a stream record as the event source mapping delivers it."""
    images = {"OldImage": change.old, "NewImage": change.new}
    return {
        "eventID": f"{number:032x}",
        "eventName": change.event_name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": change.at,
            "Keys": change.key,
            **{name: image for name, image in images.items() if image},
            "SequenceNumber": f"{number:021d}",
            "SizeBytes": 1024,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": STREAM_ARN,
    }


def _is_activity(change: Change) -> bool:
    return change.new is not None and str(change.key["sk"]["S"]).startswith("A#")


def _now() -> str:
    return iso(time.time_ns() // 1_000_000)
