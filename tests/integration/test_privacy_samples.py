"""The payloads of events/ about exports and jobs, handled by the real functions."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from functions.run_jobs.app import handler as run_jobs

EVENTS = Path(__file__).parents[2] / "events"
STATUS = {
    "export_profile_get": 404,
    "manage_jobs_cancel": 404,
    "manage_jobs_get": 404,
    "manage_jobs_list": 200,
}


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


@pytest.mark.parametrize("name", sorted(STATUS))
def test_sample_events_are_handled(table: Any, name: str) -> None:
    app = importlib.import_module(f"functions.{name.rpartition('_')[0]}.app")
    assert app.handler(sample(name), None)["statusCode"] == STATUS[name]


def test_a_message_for_an_unknown_job_is_removed(table: Any) -> None:
    assert run_jobs(sample("run_jobs"), None) == {"batchItemFailures": []}
