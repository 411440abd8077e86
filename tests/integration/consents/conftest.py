"""Fixtures of tests of consents and of the links with which customers change them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.gateway import Client
from tests.support.stream import Pump
from tests.support.unsubscribe_page import arrive, link_to, states_of


@pytest.fixture
def person(client: Client, write_key: str, pump: Pump, key: str) -> str:
    """Return the id of a customer with consents."""
    return arrive(client, write_key, pump, key)


@pytest.fixture
def link(client: Client, key: str, person: str) -> Callable[..., str]:
    """Return `link(channel="sms")`, which returns the path of the person's unsubscribe link."""
    return lambda id_=person, **query: link_to(client, key, id_, **query)


@pytest.fixture
def states(client: Client, key: str, person: str) -> Callable[[], dict[str, str]]:
    """Return a function that returns the current states of consents."""
    return lambda: states_of(client, key, person)
