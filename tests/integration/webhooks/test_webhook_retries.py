"""When a failed delivery is retried, and when it is stored as failed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from crm.domain.webhooks import schedule
from crm.domain.webhooks.delivery import Result
from crm.services.webhooks import deliver, http_post, replay
from crm.storage import webhook_queue
from tests.support.activities import NOON
from tests.support.template import resources
from tests.support.webhook_queue import count_messages
from tests.support.webhook_service import Service, types


def test_a_failed_delivery_is_retried_later(
    service: Service, ann: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    really = webhook_queue.put_off

    def put_off(receipt: str, seconds: int) -> None:
        waits.append(seconds)
        really(receipt, seconds)

    monkeypatch.setattr(webhook_queue, "put_off", put_off)
    service.receiver.next_answers = [(500, {}), (429, {"retry-after": "90"})]
    assert service.process_queue() == 2
    assert 8 <= waits[0] <= 12
    assert waits[1] == 90
    assert service.receiver.taken() == []
    assert count_messages(service.queue) == 2
    assert service.dead() == []


@pytest.mark.parametrize("failure", [500, 301, 404, 200])
def test_a_delivery_succeeds_after_failures(service: Service, at_once: None, failure: int) -> None:
    service.receiver.next_answers = [(failure, {"location": service.receiver.url})]
    service.ask("POST", "/test")
    assert service.process_queue() == (1 if failure == 200 else 2)
    assert len({one.headers["webhook-id"] for one in service.receiver.received}) == 1
    assert types(service.receiver.taken()) == ["Webhook Tested"]


def test_a_delivery_that_keeps_failing_is_stored(service: Service, at_once: None, capsys: Any) -> None:
    service.receiver.answer = (503, {})
    queued = service.ask("POST", "/test").body
    assert service.process_queue() == schedule.DELIVERY_ATTEMPTS
    (dead,) = service.dead()
    assert (dead["event_id"], dead["event_type"]) == (queued["id"], "Webhook Tested")
    assert (dead["attempts"], dead["status"], dead["error"]) == (schedule.DELIVERY_ATTEMPTS, 503, None)
    assert dead["body"] == service.receiver.received[0].verified(service.secret)
    assert dead["first_attempt_at"] <= dead["died_at"] < dead["expires_at"]
    assert count_messages(service.queue) == 0
    assert '"WebhookDead": 1' in capsys.readouterr().out


def test_a_message_beyond_the_attempts_is_stored_as_failed(service: Service) -> None:
    event = replay.send_test(service.id, now=NOON)
    message = {"webhook": service.id, "event": {"id": event.id, "type": event.type, "at": NOON, "data": {}}}
    attempt = deliver.Attempt(
        message=message, receipt="", number=schedule.DELIVERY_ATTEMPTS + 1, first_at=NOON, now=NOON
    )
    for _ in range(2):
        deliver.deliver(attempt, http_post.post, jitter=0)
    assert [dead["error"] for dead in service.dead()] == ["no_end"]
    assert service.receiver.received == []


def test_deliveries_to_an_unresponsive_address_are_paused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_queue, "put_off", lambda *_: None)
    asked: list[str] = []

    def time_out(url: str, _headers: dict[str, str], _body: bytes) -> Result:
        asked.append(url)
        return Result(error="timeout")

    message = {"webhook": service.id, "event": {"id": "evt_1", "type": "t", "at": NOON, "data": {}}}
    for number, now, times in (
        (1, NOON, 1),
        (2, NOON + deliver.REST_MS - 1, 1),
        (3, NOON + deliver.REST_MS, 2),
        (schedule.DELIVERY_ATTEMPTS, NOON + deliver.REST_MS + 1, 3),
    ):
        attempt = deliver.Attempt(message=message, receipt="", number=number, first_at=NOON, now=now)
        with suppress(deliver.NotDeliveredError):
            deliver.deliver(attempt, time_out, jitter=0)
        assert len(asked) == times
    assert [dead["error"] for dead in service.dead()] == ["timeout"]


def test_the_queue_retries_more_often_than_the_function() -> None:
    redrive = resources()["WebhookQueue"]["Properties"]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] > schedule.DELIVERY_ATTEMPTS
