"""Fixtures of tests of lists of customers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from crm.services.access import api_keys
from crm.services.definitions import tags
from tests.support.gateway import Answer, Client
from tests.support.listing_world import World

NOW = time.time_ns() // 1_000_000


@pytest.fixture
def world(table: object) -> World:
    return World(NOW, {"VIP": tags.create(name="VIP", now=NOW).id})


@pytest.fixture
def limited(table: object) -> str:
    """Return an API key that is limited to the class gold."""
    return api_keys.create("limited", ["profiles:read"], classes=["gold"], now=NOW)[1]


@pytest.fixture
def get(client: Client, key: str) -> Callable[..., Answer]:
    """Return `get("/v1/profiles", city="Rome")`, which sends a request."""

    def read(path: str, **query: Any) -> Answer:
        return client("GET", path, key=key, query=query)

    return read
