"""Which events a webhook receives, with which id and which signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.domain.api_key import SYSTEM
from crm.services.segments import segments
from crm.services.webhooks import fan_out, registry
from crm.storage.profiles import ProfileTable
from functions.publish_changes.app import handler as publish
from tests.support.activities import NOON, activity
from tests.support.stream import Pump
from tests.support.webhook_queue import count_messages
from tests.support.webhook_receiver import receiver
from tests.support.webhook_service import ANN, PUBLISHED, Service, types


def test_a_change_is_delivered_and_signed(service: Service, ann: None) -> None:
    assert service.process_queue() == 2
    for request in service.receiver.received:
        content = request.verified(service.secret)
        assert content["id"] == request.headers["webhook-id"]
        assert request.headers["content-type"] == "application/json"
        assert request.path == "/webhooks"
        assert "ann" not in request.body.decode().lower()
    assert types(service.receiver.taken()) == PUBLISHED
    assert count_messages(service.queue) == 0


def test_deliveries_equal_published_events(
    service: Service, ann: None, bus: Callable[[], list[dict[str, Any]]]
) -> None:
    service.process_queue()
    published = [(event["detail-type"], event["detail"]) for event in bus()]
    shown = [(content["type"], content["data"]) for content in service.receiver.taken()]
    assert sorted(shown, key=str) == sorted(published, key=str)


def test_a_webhook_receives_only_its_events(service: Service, pump: Pump) -> None:
    service.ask("PATCH", body={"events": ["Profile Recognised"]})
    ProfileTable().append([activity(ANN, type="identify")])
    pump(publish=True)
    assert service.process_queue() == 1
    assert types(service.receiver.taken()) == ["Profile Recognised"]


def test_a_webhook_receives_only_its_segments(service: Service, pump: Pump) -> None:
    wanted, other = (
        segments.create(name=name, type="static", by=SYSTEM, now=NOON).id for name in ("Wanted", "Other")
    )
    service.ask("PATCH", body={"segments": [wanted]})
    entered = [
        activity(
            ANN, type="segment.entered", message_id=f"{id_}:2", at=NOON + at, properties={"segment": id_}
        )
        for at, id_ in enumerate((wanted, other))
    ]
    ProfileTable().append(entered)
    records = pump.take()
    assert publish({"Records": records}, None) == {"batchItemFailures": []}
    service.process_queue()
    (shown,) = service.receiver.taken()
    assert (shown["type"], shown["data"]["segment_id"]) == ("Segment Entered", wanted)


def test_every_webhook_receives_its_own_events(service: Service, pump: Pump) -> None:
    with receiver() as other:
        registry.create(now=1, name="Other", url=other.url, events=["Profile Created"])
        ProfileTable().append([activity(ANN, type="identify")])
        pump(publish=True)
        service.process_queue()
        assert types(service.receiver.taken()) == PUBLISHED
        assert types(other.taken()) == ["Profile Created"]


def test_a_repeated_delivery_has_the_same_id(service: Service, pump: Pump) -> None:
    ProfileTable().append([activity(ANN, type="identify")])
    pump()
    records = [r for r in pump.read_again() if r["dynamodb"]["Keys"]["sk"]["S"] == "PROFILE"]

    for _ in range(2):
        assert publish({"Records": records}, None) == {"batchItemFailures": []}
    assert service.process_queue() == 4
    assert len({one.body for one in service.receiver.received}) == 2


def test_a_failure_of_the_queue_retries_the_record(
    service: Service, pump: Pump, set_environment: Callable[..., None]
) -> None:
    ProfileTable().append([activity(ANN, type="identify")])
    pump()
    records = [r for r in pump.read_again() if r["dynamodb"]["Keys"]["sk"]["S"] == "PROFILE"]
    set_environment(WEBHOOK_QUEUE_URL=f"{service.queue}-not")

    assert len(publish({"Records": records}, None)["batchItemFailures"]) == 1


def test_without_webhooks_nothing_is_queued(
    table: Any, queue: dict[str, str], bus: object, ann: None
) -> None:
    assert count_messages(queue["webhooks"]) == 0


def test_a_new_webhook_receives_events_within_seconds(
    service: Service, pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    fan_out.fan_out([("Profile Created", {"id": "1"})], at=1)
    monkeypatch.setattr(fan_out, "clear_cache", lambda: None)
    registry.create(now=1, name="Other", url=service.receiver.url)
    fan_out.fan_out([("Profile Created", {"id": "2"})], at=1)
    clock = fan_out._cache._clock() + fan_out.WEBHOOKS_CACHE_S
    monkeypatch.setattr(fan_out._cache, "_clock", lambda: clock)
    fan_out.fan_out([("Profile Created", {"id": "3"})], at=1)
    assert count_messages(service.queue) == 4


def test_deliveries_are_signed_with_both_secrets_during_a_rotation(service: Service) -> None:
    new = service.ask("POST", "/rotate-secret", {"grace_seconds": 60}).body["secret"]
    service.ask("POST", "/test")
    service.process_queue()
    (request,) = service.receiver.received
    assert request.verified(new) == request.verified(service.secret)
