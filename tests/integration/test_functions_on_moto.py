"""Every function has the same responses to the payloads of events/ on moto's table and on the table in memory."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.aws_fixtures import clear_caches, table_in_memory
from tests.support.randomness import seeded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))

pytestmark = pytest.mark.moto


def samples_of(function: str) -> list[Path]:
    """Return the payloads of a function. The name of a payload begins with that of its function, the longest match."""
    found = sorted((ROOT / "events").glob(f"{function}*.json"))
    longer = [name for name in FUNCTIONS if name != function and name.startswith(function)]
    return [path for path in found if not path.stem.startswith(tuple(longer))]


def response(function: str, sample: Path) -> Any:
    """Return the status and the error code of a response, or the failed items of a batch."""
    event = json.loads(sample.read_text())
    with seeded(sample.stem):
        returned = importlib.import_module(f"functions.{function}.app").handler(event, None) or {}
    if "statusCode" not in returned:
        return returned.get("batchItemFailures", returned)
    body = returned.get("body") or ""
    return returned["statusCode"], json.loads(body).get("code") if body.startswith("{") else None


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_the_same_responses_on_both_tables(
    function: str, table: Table, queue: Any, bucket: str, bus: Any
) -> None:
    samples = samples_of(function)
    assert samples
    on_moto = {sample.stem: response(function, sample) for sample in samples}
    clear_caches()
    with table_in_memory():
        in_memory = {sample.stem: response(function, sample) for sample in samples}
    assert on_moto == in_memory
    statuses = [returned[0] for returned in on_moto.values() if isinstance(returned, tuple)]
    assert all(status < 500 for status in statuses)
    assert [returned for returned in on_moto.values() if isinstance(returned, list) and returned] == []
