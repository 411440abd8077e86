"""The payloads of events/ about actions on many customers, handled by the real functions."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.act_on_profiles.app import handler

EVENTS = Path(__file__).parents[2] / "events"
STATUS = {"create_export": 202, "list_exports": 200, "get_export": 404, "start_bulk": 202}


@pytest.mark.parametrize("name", sorted(STATUS))
def test_sample_events_are_handled(table: Any, queue: Any, bucket: Any, name: str) -> None:
    event = json.loads((EVENTS / f"act_on_profiles_{name}.json").read_text())
    assert handler(event, None)["statusCode"] == STATUS[name]
