"""Every function handles payloads of events/ on moto's table; most other tests run on the table in memory."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.thoroughness import some_of

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
WITHOUT_SAMPLE = {"serve_site"}
"""Functions that only read their own files."""

pytestmark = pytest.mark.moto


def samples_of(function: str) -> list[Path]:
    """Return the payloads of a function. The name of a payload begins with that of its function, the longest match."""
    found = sorted((ROOT / "events").glob(f"{function}*.json"))
    longer = [name for name in FUNCTIONS if name != function and name.startswith(function)]
    return [path for path in found if not path.stem.startswith(tuple(longer))]


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - WITHOUT_SAMPLE))
def test_sample_events_are_handled(function: str, table: Any, queue: Any, bucket: str, bus: Any) -> None:
    samples = samples_of(function)
    assert samples
    for path in some_of(samples):
        event = json.loads(path.read_text())
        answer = importlib.import_module(f"functions.{function}.app").handler(event, None)
        if "statusCode" in (answer or {}):
            assert answer["statusCode"] < 500, path.stem
        elif "batchItemFailures" in (answer or {}):
            assert answer["batchItemFailures"] == [], path.stem
