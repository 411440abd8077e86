"""The payload of events/ that starts a job, handled by the real function."""

import json
from pathlib import Path
from typing import Any

from functions.manage_jobs.app import handler

EVENTS = Path(__file__).parents[2] / "events"


def test_the_sample_event_is_handled(table: Any, queue: Any) -> None:
    event = json.loads((EVENTS / "manage_jobs_start.json").read_text())
    assert handler(event, None)["statusCode"] == 202
