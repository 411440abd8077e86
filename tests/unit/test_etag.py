"""The precondition of a change: one rule for every resource that has an ETag."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.domain.errors import PreconditionFailedError
from crm.domain.etag import ensure_etag, etag_of

LAYER = Path("layers/shared/crm")


@pytest.mark.parametrize("expected", [None, "src_1.2"])
def test_any_version_matches_without_an_expected_etag(expected: str | None) -> None:
    ensure_etag(expected, etag_of("src_1", 2), "source")


@pytest.mark.parametrize("expected", ["", "src_1.1", "src_1.20", "src_1", "src_2.2", '"src_1.2"'])
def test_another_version_is_refused_with_the_current_etag(expected: str) -> None:
    with pytest.raises(PreconditionFailedError) as refused:
        ensure_etag(expected, etag_of("src_1", 2), "source", version=2)
    assert refused.value.code == "version_conflict"
    assert refused.value.details == {"etag": "src_1.2", "version": 2}
    assert refused.value.message.startswith("the source has changed")


def test_the_precondition_is_checked_in_one_place() -> None:
    builders = [path.name for path in LAYER.rglob("*.py") if "PreconditionFailedError(" in path.read_text()]
    assert sorted(builders) == ["errors.py", "etag.py"]
