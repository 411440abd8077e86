"""Fixtures of unit tests."""

from collections.abc import Iterator

import pytest

from crm.settings import settings
from tests.support.deploy_calls import account, machine  # noqa: F401 - fixtures


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployment with the default parameters, which decide in which shard of an index an item is."""
    settings.cache_clear()
    monkeypatch.setenv("TABLE_NAME", "t")
    monkeypatch.setenv("IDENTITY_NAMESPACE", "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11")
    yield
    settings.cache_clear()
