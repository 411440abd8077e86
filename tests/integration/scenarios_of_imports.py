"""Imports in the crash matrix: a file in two chunks, with a customer in both of them, and a rejected row."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from crm.domain.commands.import_mappings import NewImportMapping
from crm.services.imports import import_mappings, stage_0_plan
from functions.import_csv.app import handler
from tests.integration.scenarios_of_edits import two_customers
from tests.support.wire import ProcessKilled
from tests.support.world import MAX_ROUNDS, World

Stored = dict[str, Any]
KEY = "imports/people.csv"
ROWS = """email,phone,city
ana@example.com,+34600123456,Vigo
dora@example.com,,Rome
nobody,,Rome
ben@example.com,,Lugo
,+34600123456,Madrid
"""
TARGET = 70
ORDERS_KEY = "imports/orders/orders.csv"
ORDERS = """order,email,time,total,sku
1,ana@example.com,2026-11-20T12:00:00Z,30,A
1,,,,B
2,ben@example.com,2026-11-20T12:00:00Z,7,A
1,ana@example.com,2026-11-20T13:00:00Z,31,C
3,nobody,2026-11-20T12:00:00Z,1,A
"""
ORDERS_MAPPING: NewImportMapping = {
    "name": "orders",
    "kind": "events",
    "event_name": "Order Completed",
    "columns": [
        {"column": "order", "to": "message_id"},
        {"column": "email", "to": "identity", "name": "email"},
        {"column": "time", "to": "time"},
        {"column": "total", "to": "property", "name": "total"},
        {"column": "sku", "to": "line", "name": "sku"},
    ],
}


def put_file(world: World) -> str:
    """Put a file into the bucket, two of whose customers exist; return an admin's key."""
    key = two_customers(world)
    world.wire.bucket.files[KEY] = ROWS.encode()
    return key


def put_file_of_orders(world: World) -> str:
    """Put a file of orders into the bucket, one of which is in several chunks; return an admin's key."""
    key = two_customers(world)
    import_mappings.create(ORDERS_MAPPING, now=0)
    world.wire.bucket.files[ORDERS_KEY] = ORDERS.encode()
    return key


def run_import(world: World, key: str, name: str = KEY, parts: int = 5) -> Any:
    """Send the event about the file until it is accepted, and run the import; return profiles, report and job."""
    content = world.wire.bucket.files[name]
    file = {
        "key": name,
        "size": len(content),
        "etag": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sequencer": "1",
    }
    _deliver_event({"detail": {"object": file}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage_0_plan, "TARGET", TARGET)
        world.settle()
    (job,) = world.request("GET", "/v1/jobs", key=key, query={"kind": "import"}).body["jobs"]
    assert (job["state"], job["progress"]["done"]) == ("done", parts), job["progress"]
    report = world.wire.bucket.files[job["result"]["report"]]
    people = world.request("GET", "/v1/profiles", key=key, query={"sort": "email"}).body
    return job, report, people


def without_updates(answers: Any, stored: Stored, published: set[str]) -> Any:
    """Remove updates, since the updates of a new profile depend on the order of its records."""
    return answers, stored, {change for change in published if not change.startswith("Profile Updated")}


def _deliver_event(event: dict[str, Any]) -> Any:
    for _ in range(MAX_ROUNDS):
        try:
            return handler(event, None)
        except (ProcessKilled, Exception):  # noqa: S112 - EventBridge delivers it once more
            continue
    raise AssertionError("nobody hears of the file")
