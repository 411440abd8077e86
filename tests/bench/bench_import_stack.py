"""Measure an import on the running local stack against a floor: the same items written directly to its emulator.

The emulator, its functions and the bench share the cores of one machine, so only the ratio is meaningful.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from infra.local.layout import STACK_FILE
from tests.bench.bench_imports import CALL_SIZE
from tests.bench.figures import Figure
from tests.e2e.files import Files, until
from tests.e2e.stack import Stack
from tests.support.contacts import as_csv, contact

NAME = "import-stack"
ROWS = 2_000
FLOOR = "crm-bench-floor"


def run() -> list[Figure]:
    """Measure rows per second until the import is done, until all profiles are projected, and of the floor."""
    described: dict[str, str] = json.loads(STACK_FILE.read_text()) if STACK_FILE.exists() else {}
    if not described or not Stack.of(described).answers():
        sys.stderr.write(f"{NAME}: skipped, no local stack is running: start one with `make stack-up`\n")
        return []
    files = Files.of(Stack.of(described), described)
    content = as_csv(contact(number, files.domain) for number in range(ROWS))
    before, started = _profiles(files), time.monotonic()
    done = files.drop("bench.csv", content)
    imported = time.monotonic() - started
    if done["report"]["created"] != ROWS:
        raise AssertionError(f"not all created: {done}")
    until(lambda: _profiles(files) == before + ROWS or None)
    projected = time.monotonic() - started
    floor = _floor(files, described["table"], done["id"])
    unit = "rows/s"
    return [
        Figure(bench=NAME, name="imported", value=ROWS / imported, unit=unit),
        Figure(bench=NAME, name="imported and projected", value=ROWS / projected, unit=unit),
        Figure(bench=NAME, name="their log, by bare writes", value=ROWS / floor, unit=unit),
        Figure(bench=NAME, name="time of the import / bare writes", value=imported / floor),
        Figure(
            bench=NAME, name="time of the import and the projection / bare writes", value=projected / floor
        ),
    ]


def _profiles(files: Files) -> int:
    total: int = files.ask("/v1/stats")["total"]
    return total


def _floor(files: Files, table: str, import_id: str) -> float:
    """Return the seconds it takes to write the import's items of the log into a table without a stream."""
    dynamodb = files.client("dynamodb")
    items = list(_log_of(dynamodb, table, import_id))
    if len(items) != ROWS:
        raise AssertionError(f"{len(items)} activities of {ROWS} rows")
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    dynamodb.create_table(
        TableName=FLOOR,
        KeySchema=[{"AttributeName": name, "KeyType": role} for name, role in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    try:
        return _seconds(lambda: _write_bare(dynamodb, items))
    finally:
        dynamodb.delete_table(TableName=FLOOR)


def _log_of(dynamodb: Any, table: str, import_id: str) -> Iterator[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(sk, :log) AND contains(sk, :import)",
        ExpressionAttributeValues={":log": {"S": "A#"}, ":import": {"S": import_id}},
    )
    for page in pages:
        yield from page["Items"]


def _write_bare(dynamodb: Any, items: list[dict[str, Any]]) -> None:
    for start in range(0, len(items), CALL_SIZE):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + CALL_SIZE]]
        dynamodb.batch_write_item(RequestItems={FLOOR: puts})


def _seconds(work: Callable[[], None]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
