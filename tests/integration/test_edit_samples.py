"""The sample payloads of the functions that change profiles."""

import importlib
import json
from pathlib import Path

import pytest

EVENTS = Path(__file__).parents[2] / "events"
FUNCTIONS = ("edit_profiles", "update_attributes", "work_on_profiles")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_sample_events_are_handled(table: object, function: str) -> None:
    handler = importlib.import_module(f"functions.{function}.app").handler
    samples = sorted(EVENTS.glob(f"{function}_*.json"))
    assert samples
    for sample in samples:
        answer = handler(json.loads(sample.read_text()), None)
        assert answer["statusCode"] in {200, 201, 404, 412}, (sample.name, answer)
