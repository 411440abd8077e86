"""The snippet stays within its size limits, and old browsers can parse it."""

import gzip
import re
from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "functions/serve_site"
LIMITS = {"tracker.js": 4608, "tracker-extras.js": 3584}
"""Bytes of the compressed file."""


@pytest.mark.parametrize(("name", "limit"), LIMITS.items())
def test_the_snippet_stays_within_its_size_limit(name: str, limit: int) -> None:
    assert len(gzip.compress((SITE / name).read_bytes(), 9)) <= limit


def test_the_snippet_is_built_from_its_source() -> None:
    """The build itself is checked where Node is installed; this test compares the built file with its source."""
    source, built = (SITE / "tracker/calls.js").read_text(), (SITE / "tracker.js").read_text()
    calls = (
        "track",
        "identify",
        "group",
        "alias",
        "reset",
        "consent",
        "page",
        "push",
        "anonymousId",
        "ready",
    )
    for public in calls:
        assert re.search(rf"\b{public}\b", source)
        assert re.search(rf"\b{public}\b", built)
    assert "/v1/batch" in built
    assert "/v1/forms/" in (SITE / "tracker-extras.js").read_text()


@pytest.mark.parametrize("name", LIMITS)
def test_the_snippet_uses_no_syntax_after_es2017(name: str) -> None:
    assert not re.search(r"\?\.[a-z]|\?\?|catch\s*\{|\{\s*\.\.\.|\(\?<", (SITE / name).read_text())
