"""Replays of failed deliveries, and deliveries of disabled and deleted webhooks."""

from __future__ import annotations

from typing import Any

from crm.services.webhooks import registry, replay
from tests.support.activities import NOON
from tests.support.webhook_queue import count_messages
from tests.support.webhook_service import PUBLISHED, Service, types


def test_a_failed_delivery_can_be_replayed(service: Service, at_once: None, ann: None) -> None:
    service.receiver.answer = (500, {})
    service.process_queue()
    first, second = service.dead()
    service.receiver.answer = (200, {})
    replayed = service.ask("POST", f"/deliveries/{first['id']}/replay")
    assert (replayed.status, replayed.body) == (202, {"replayed": 1, "more": False})
    assert service.process_queue() == 1
    assert [content["id"] for content in service.receiver.taken()] == [first["event_id"]]
    assert service.dead() == [second]
    unknown = first["id"][:-4] + "0000"
    assert service.ask("POST", f"/deliveries/{unknown}/replay").status == 404


def test_all_failed_deliveries_can_be_replayed_in_batches(service: Service, at_once: None, ann: None) -> None:
    service.ask("POST", "/test")
    service.receiver.answer = (500, {})
    service.process_queue()
    dead = {delivery["event_id"] for delivery in service.dead()}
    service.receiver.answer = (200, {})
    answers = [service.ask("POST", "/replay", {"limit": 2}).body for _ in range(3)]
    assert [answer["replayed"] for answer in answers] == [2, 1, 0]
    assert [answer["more"] for answer in answers] == [True, False, False]
    service.process_queue()
    assert {content["id"] for content in service.receiver.taken()} == dead
    assert service.dead() == []


def test_failed_deliveries_are_listed_newest_first_in_pages(service: Service, at_once: None) -> None:
    service.receiver.answer = (500, {})
    events = [replay.send_test(service.id, now=NOON + number).id for number in range(3)]
    service.process_queue()
    listed: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while query:
        page = service.ask("GET", "/deliveries", **query).body
        listed += [delivery["event_id"] for delivery in page["deliveries"]]
        query = {"limit": 2, "cursor": page["next_cursor"]} if page["next_cursor"] else {}
    assert listed == events[::-1]


def test_a_receiver_that_responds_with_410_is_disabled(service: Service, ann: None) -> None:
    service.receiver.answer = (410, {})
    assert service.process_queue() == 2
    assert len(service.receiver.received) == 1
    assert service.ask("GET").body["enabled"] is False
    assert {(dead["status"], dead["error"]) for dead in service.dead()} == {(410, "gone"), (None, "disabled")}
    for path in ("/test", "/replay", f"/deliveries/{service.dead()[0]['id']}/replay"):
        refused = service.ask("POST", path)
        assert (refused.status, refused.body["code"]) == (409, "webhook_disabled")


def test_a_webhook_with_a_new_url_is_not_disabled(service: Service) -> None:
    before = registry.get(service.id)
    service.ask("PATCH", body={"url": "http://127.0.0.1/elsewhere"})
    registry.disable(before, now=1)
    assert service.ask("GET").body["enabled"] is True


def test_queued_deliveries_of_a_disabled_webhook_can_be_replayed(service: Service, ann: None) -> None:
    service.ask("PATCH", body={"enabled": False})
    service.process_queue()
    assert service.receiver.received == []
    assert {dead["error"] for dead in service.dead()} == {"disabled"}
    service.ask("PATCH", body={"enabled": True})
    assert service.ask("POST", "/replay").body == {"replayed": 2, "more": False}
    service.process_queue()
    assert types(service.receiver.taken()) == PUBLISHED


def test_queued_deliveries_of_a_deleted_webhook_are_dropped(service: Service, ann: None) -> None:
    service.ask("DELETE")
    assert service.process_queue() == 2
    assert (service.receiver.received, count_messages(service.queue)) == ([], 0)
