"""The sample payloads of `events/` have the results in their names."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.manage_access.app import handler

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

EVENTS = Path(__file__).parents[2] / "events"


@pytest.mark.parametrize(
    ("sample", "status"),
    [("create_source", 201), ("create_api_key", 201), ("update_source", 404), ("rotate_key", 404)],
)
def test_sample_events_are_handled(table: "Table", sample: str, status: int) -> None:
    event = json.loads((EVENTS / f"manage_access_{sample}.json").read_text())
    assert handler(event, None)["statusCode"] == status
