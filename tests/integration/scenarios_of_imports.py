"""What the crash matrix plays of imports: a file in chunks, with somebody in both of them, and a rejected row."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from crm.services.imports import planning
from functions.import_csv.app import handler
from tests.integration.faults import Death
from tests.integration.scenarios_of_edits import two_customers
from tests.integration.world import PATIENCE, World

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


def a_file(world: World) -> str:
    """It lies in the bucket, and two of its people are known; an admin's key."""
    key = two_customers(world)
    world.wire.bucket.files[KEY] = ROWS.encode()
    return key


def import_it(world: World, key: str) -> Any:
    """It is told of until it is heard; then the import runs. The profiles, the report and the job."""
    content = world.wire.bucket.files[KEY]
    file = {
        "key": KEY,
        "size": len(content),
        "etag": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sequencer": "1",
    }
    _tell({"detail": {"object": file}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "TARGET", TARGET)
        world.settle()
    (job,) = world.request("GET", "/v1/jobs", key=key, query={"kind": "import"}).body["jobs"]
    assert (job["state"], job["progress"]["done"]) == ("done", 5)
    report = world.wire.bucket.files[job["result"]["report"]]
    people = world.request("GET", "/v1/profiles", key=key, query={"sort": "email"}).body
    return job, report, people


def but_updates(answers: Any, stored: Stored, told: set[str]) -> Any:
    """What somebody was told of a new profile before or after it was told to be there depends on what came first."""
    return answers, stored, {change for change in told if not change.startswith("Profile Updated")}


def _tell(event: dict[str, Any]) -> Any:
    for _ in range(PATIENCE):
        try:
            return handler(event, None)
        except (Death, Exception):  # noqa: S112 - EventBridge delivers it once more
            continue
    raise AssertionError("nobody hears of the file")
