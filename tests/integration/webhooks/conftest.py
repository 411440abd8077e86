"""Fixtures of tests of webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from crm.domain.webhooks import schedule
from crm.storage.profiles import ProfileTable
from tests.support.activities import activity
from tests.support.gateway import Client
from tests.support.stream import Pump
from tests.support.webhook_receiver import receiver
from tests.support.webhook_service import ANN, Service


@pytest.fixture
def service(
    client: Client,
    api_key: Callable[..., str],
    queue: dict[str, str],
    bus: object,
    set_environment: Callable[..., None],
) -> Iterator[Service]:
    set_environment(WEBHOOK_TARGETS="any")
    key = api_key("webhooks:read", "webhooks:write", "profiles:read")
    with receiver() as local_receiver:
        made = client("POST", "/v1/webhooks", {"name": "Tool", "url": local_receiver.url}, key=key).body
        yield Service(client, key, queue["webhooks"], local_receiver, made["id"], made["secret"])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry failed deliveries without a wait."""
    monkeypatch.setattr(schedule, "WAITS_S", (0,) * len(schedule.WAITS_S))


@pytest.fixture
def ann(pump: Pump) -> None:
    """Create a profile with an email, and publish its events."""
    ProfileTable().append([activity(ANN, type="identify", properties={"name": "Ann Secret"})])
    pump(publish=True)
