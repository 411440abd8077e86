"""The snippet stays as small as promised, and old browsers can read it."""

import gzip
import re
from pathlib import Path

SITE = Path(__file__).parents[2] / "functions/serve_site"
LIMIT = 3072
"""Bytes over the wire."""


def test_the_snippet_is_at_most_3_kib_gzipped() -> None:
    assert len(gzip.compress((SITE / "tracker.js").read_bytes(), 9)) <= LIMIT


def test_the_snippet_is_built_from_its_source() -> None:
    """The build itself is checked where Node is; here, that the two tell the same story."""
    source, built = ((SITE / name).read_text() for name in ("tracker.src.js", "tracker.js"))
    for public in ("track", "identify", "group", "alias", "reset", "consent", "page", "push", "anonymousId"):
        assert re.search(rf"\b{public}\b", source)
        assert re.search(rf"\b{public}\b", built)
    assert "/v1/batch" in built


def test_the_snippet_uses_no_syntax_after_es2017() -> None:
    built = (SITE / "tracker.js").read_text()
    assert not re.search(r"\?\.[a-z]|\?\?|catch\s*\{|\{\s*\.\.\.", built)
