"""Each condition in docs/segments.md is valid: it can be previewed unchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.segmented_shop import Segmented
from tests.support.shop import Shop

PAGE = Path(__file__).parents[2] / "docs" / "segments.md"
SHOWN = re.compile(r"`(\{\"type\".*?\})`", re.DOTALL)

FILTERS = re.compile(r'\{"type": "(entry|or|and)"')
"""Groups of filters of events, not conditions."""


def conditions() -> Iterator[dict[str, Any]]:
    for shown in SHOWN.findall(PAGE.read_text()):
        condition = " ".join(shown.split())
        if "..." not in condition and not FILTERS.match(condition):
            yield json.loads(condition)


def windows() -> Iterator[dict[str, Any]]:
    """Return the windows of the table, except those whose dates are left out."""
    for line in PAGE.read_text().splitlines():
        for shown in re.findall(r"`(\{[^`]*\})`", line.split("|")[1] if line.startswith("| `{") else ""):
            if "..." not in shown:
                yield json.loads(shown)


@pytest.mark.parametrize("condition", list(conditions()), ids=json.dumps)
def test_documented_conditions_are_accepted(shop: Shop, condition: dict[str, Any]) -> None:
    Segmented(shop)
    assert shop.ask("POST", "attributes", {"name": "renewal", "type": "date"}).status == 201
    assert shop.ask("POST", "aggregates", {"name": "revenue", "event": "Order Completed"}).status == 201
    answer = shop.ask("POST", "segments/preview", {"condition": condition})
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("window", list(windows()), ids=json.dumps)
def test_documented_windows_are_accepted(shop: Shop, window: dict[str, Any]) -> None:
    Segmented(shop)
    condition = {"type": "event", "event": "Order Completed", "window": window}
    assert shop.ask("POST", "segments/preview", {"condition": condition}).status == 200


def test_documented_conditions_and_windows_are_found() -> None:
    assert len(list(conditions())) >= 10
    assert len(list(windows())) >= 8
