"""Changes on their way to a service outside AWS: told, signed, tried again, given up, and sent once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from crm.api.models.webhooks import RecentDeliveryPage
from crm.domain.api_key import SYSTEM
from crm.domain.times import parse_time
from crm.domain.webhooks import schedule
from crm.domain.webhooks.delivery import Result
from crm.services.segments import segments
from crm.services.webhooks import deliver, fan_out, http_post, registry, replay
from crm.storage import recent_deliveries, webhook_queue
from crm.storage.profiles import ProfileTable
from functions.publish_changes.app import handler as publish
from tests.support.activities import NOON, activity, email
from tests.support.gateway import Answer, Client
from tests.support.stream import Pump
from tests.support.template import resources
from tests.support.webhook_queue import waiting, work_off
from tests.support.webhook_receiver import Receiver, receiver

ANN = email("ann@example.com")
PUBLISHED = ["Profile Created", "Profile Recognised"]


@dataclass
class Service:
    """A webhook, and the receiver that it leads to."""

    client: Client
    key: str
    queue: str
    receiver: Receiver
    id: str
    secret: str

    def ask(self, method: str, path: str = "", body: Any = None, **query: Any) -> Answer:
        return self.client(method, f"/v1/webhooks/{self.id}{path}", body, key=self.key, query=query)

    def dead(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/deliveries").body["deliveries"])

    def work_off(self) -> int:
        return work_off(self.queue)


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
    with receiver() as there:
        made = client("POST", "/v1/webhooks", {"name": "Tool", "url": there.url}, key=key).body
        yield Service(client, key, queue["webhooks"], there, made["id"], made["secret"])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be tried again is so without waiting."""
    monkeypatch.setattr(schedule, "WAITS_S", (0,) * len(schedule.WAITS_S))


@pytest.fixture
def ann(pump: Pump) -> None:
    """Somebody who becomes a customer, which is published."""
    ProfileTable().append([activity(ANN, type="identify", properties={"name": "Ann Secret"})])
    pump(publish=True)


def types(contents: list[dict[str, Any]]) -> list[str]:
    return sorted(content["type"] for content in contents)


def test_a_change_is_delivered_and_signed(service: Service, ann: None) -> None:
    assert service.work_off() == 2
    for request in service.receiver.received:
        content = request.verified(service.secret)
        assert content["id"] == request.headers["webhook-id"]
        assert request.headers["content-type"] == "application/json"
        assert request.path == "/webhooks"
        assert "ann" not in request.body.decode().lower()
    assert types(service.receiver.taken()) == PUBLISHED
    assert waiting(service.queue) == 0


def test_deliveries_equal_published_events(
    service: Service, ann: None, bus: Callable[[], list[dict[str, Any]]]
) -> None:
    service.work_off()
    published = [(event["detail-type"], event["detail"]) for event in bus()]
    shown = [(content["type"], content["data"]) for content in service.receiver.taken()]
    assert sorted(shown, key=str) == sorted(published, key=str)


def test_a_webhook_receives_only_its_events(service: Service, pump: Pump) -> None:
    service.ask("PATCH", body={"events": ["Profile Recognised"]})
    ProfileTable().append([activity(ANN, type="identify")])
    pump(publish=True)
    assert service.work_off() == 1
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
    service.work_off()
    (shown,) = service.receiver.taken()
    assert (shown["type"], shown["data"]["segment_id"]) == ("Segment Entered", wanted)


def test_every_webhook_receives_its_own_events(service: Service, pump: Pump) -> None:
    with receiver() as other:
        registry.create(now=1, name="Other", url=other.url, events=["Profile Created"])
        ProfileTable().append([activity(ANN, type="identify")])
        pump(publish=True)
        service.work_off()
        assert types(service.receiver.taken()) == PUBLISHED
        assert types(other.taken()) == ["Profile Created"]


def test_a_repeated_delivery_has_the_same_id(service: Service, pump: Pump) -> None:
    ProfileTable().append([activity(ANN, type="identify")])
    pump()
    records = [r for r in pump.read_again() if r["dynamodb"]["Keys"]["sk"]["S"] == "PROFILE"]

    for _ in range(2):
        assert publish({"Records": records}, None) == {"batchItemFailures": []}
    assert service.work_off() == 4
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
    assert waiting(queue["webhooks"]) == 0


def test_a_new_webhook_receives_events_within_seconds(
    service: Service, pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    fan_out.fan_out([("Profile Created", {"id": "1"})], at=1)
    monkeypatch.setattr(fan_out, "clear_cache", lambda: None)
    registry.create(now=1, name="Other", url=service.receiver.url)
    fan_out.fan_out([("Profile Created", {"id": "2"})], at=1)
    clock = fan_out._known._clock() + fan_out.MEMORY_S
    monkeypatch.setattr(fan_out._known, "_clock", lambda: clock)
    fan_out.fan_out([("Profile Created", {"id": "3"})], at=1)
    assert waiting(service.queue) == 4


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
    assert service.work_off() == 2
    assert 8 <= waits[0] <= 12
    assert waits[1] == 90
    assert service.receiver.taken() == []
    assert waiting(service.queue) == 2
    assert service.dead() == []


@pytest.mark.parametrize("failure", [500, 301, 404, 200])
def test_a_delivery_succeeds_after_failures(service: Service, at_once: None, failure: int) -> None:
    service.receiver.next_answers = [(failure, {"location": service.receiver.url})]
    service.ask("POST", "/test")
    assert service.work_off() == (1 if failure == 200 else 2)
    assert len({one.headers["webhook-id"] for one in service.receiver.received}) == 1
    assert types(service.receiver.taken()) == ["Webhook Tested"]


def test_a_delivery_that_keeps_failing_is_stored(service: Service, at_once: None, capsys: Any) -> None:
    service.receiver.answer = (503, {})
    queued = service.ask("POST", "/test").body
    assert service.work_off() == schedule.DELIVERY_ATTEMPTS
    (dead,) = service.dead()
    assert (dead["event_id"], dead["event_type"]) == (queued["id"], "Webhook Tested")
    assert (dead["attempts"], dead["status"], dead["error"]) == (schedule.DELIVERY_ATTEMPTS, 503, None)
    assert dead["body"] == service.receiver.received[0].verified(service.secret)
    assert dead["first_attempt_at"] <= dead["died_at"] < dead["expires_at"]
    assert waiting(service.queue) == 0
    assert '"WebhookDead": 1' in capsys.readouterr().out


def test_a_failed_delivery_can_be_replayed(service: Service, at_once: None, ann: None) -> None:
    service.receiver.answer = (500, {})
    service.work_off()
    first, second = service.dead()
    service.receiver.answer = (200, {})
    replayed = service.ask("POST", f"/deliveries/{first['id']}/replay")
    assert (replayed.status, replayed.body) == (202, {"replayed": 1, "more": False})
    assert service.work_off() == 1
    assert [content["id"] for content in service.receiver.taken()] == [first["event_id"]]
    assert service.dead() == [second]
    unknown = first["id"][:-4] + "0000"
    assert service.ask("POST", f"/deliveries/{unknown}/replay").status == 404


def test_all_failed_deliveries_can_be_replayed_in_batches(service: Service, at_once: None, ann: None) -> None:
    service.ask("POST", "/test")
    service.receiver.answer = (500, {})
    service.work_off()
    dead = {delivery["event_id"] for delivery in service.dead()}
    service.receiver.answer = (200, {})
    answers = [service.ask("POST", "/replay", {"limit": 2}).body for _ in range(3)]
    assert [answer["replayed"] for answer in answers] == [2, 1, 0]
    assert [answer["more"] for answer in answers] == [True, False, False]
    service.work_off()
    assert {content["id"] for content in service.receiver.taken()} == dead
    assert service.dead() == []


def test_failed_deliveries_are_listed_newest_first_in_pages(service: Service, at_once: None) -> None:
    service.receiver.answer = (500, {})
    events = [replay.send_test(service.id, now=NOON + number).id for number in range(5)]
    service.work_off()
    listed: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while query:
        page = service.ask("GET", "/deliveries", **query).body
        listed += [delivery["event_id"] for delivery in page["deliveries"]]
        query = {"limit": 2, "cursor": page["next_cursor"]} if page["next_cursor"] else {}
    assert listed == events[::-1]


def test_a_receiver_that_responds_with_410_is_disabled(service: Service, ann: None) -> None:
    service.receiver.answer = (410, {})
    assert service.work_off() == 2
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
    service.work_off()
    assert service.receiver.received == []
    assert {dead["error"] for dead in service.dead()} == {"disabled"}
    service.ask("PATCH", body={"enabled": True})
    assert service.ask("POST", "/replay").body == {"replayed": 2, "more": False}
    service.work_off()
    assert types(service.receiver.taken()) == PUBLISHED


def test_queued_deliveries_of_a_deleted_webhook_are_dropped(service: Service, ann: None) -> None:
    service.ask("DELETE")
    assert service.work_off() == 2
    assert (service.receiver.received, waiting(service.queue)) == ([], 0)


def test_deliveries_are_signed_with_both_secrets_during_a_rotation(service: Service) -> None:
    new = service.ask("POST", "/rotate-secret", {"grace_seconds": 60}).body["secret"]
    service.ask("POST", "/test")
    service.work_off()
    (request,) = service.receiver.received
    assert request.verified(new) == request.verified(service.secret)


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

    def hang(url: str, _headers: dict[str, str], _body: bytes) -> Result:
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
            deliver.deliver(attempt, hang, jitter=0)
        assert len(asked) == times
    assert [dead["error"] for dead in service.dead()] == ["timeout"]


def test_the_queue_retries_more_often_than_the_function() -> None:
    redrive = resources()["WebhookQueue"]["Properties"]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] > schedule.DELIVERY_ATTEMPTS


class TestRecentDeliveries:
    """Deliveries of the last days with the result of their last attempt."""

    def recent(self, service: Service, **query: Any) -> Any:
        answer = service.ask("GET", "/recent-deliveries", **query)
        RecentDeliveryPage.model_validate(answer.body)
        return answer.body

    def test_successful_deliveries_are_listed(self, service: Service, ann: None) -> None:
        service.work_off()
        listed = self.recent(service)["deliveries"]
        assert sorted(one["event_type"] for one in listed) == PUBLISHED
        assert {(one["state"], one["status"], one["attempts"]) for one in listed} == {("delivered", 204, 1)}
        assert [one["next_attempt_at"] for one in listed] == [None, None]

    def test_waiting_deliveries_have_the_time_of_the_next_attempt(self, service: Service, ann: None) -> None:
        service.receiver.answer = (503, {"retry-after": "7200"})
        service.work_off()
        for one in self.recent(service)["deliveries"]:
            assert (one["state"], one["status"]) == ("waiting", 503)
            last, following = (parse_time(one[f"{which}_attempt_at"]) for which in ("last", "next"))
            assert last
            assert following == last + 7_200_000

    @pytest.mark.usefixtures("at_once")
    def test_failed_deliveries_are_listed_with_their_attempts(self, service: Service, ann: None) -> None:
        service.receiver.answer = (500, {})
        while service.work_off():
            pass
        listed = self.recent(service)["deliveries"]
        assert {(one["state"], one["attempts"]) for one in listed} == {("failed", schedule.DELIVERY_ATTEMPTS)}
        assert {one["id"] for one in listed} == {one["id"] for one in service.dead()}

    def test_the_response_of_the_last_attempt_is_shown(self, service: Service, ann: None) -> None:
        service.receiver.answer, service.receiver.content = (503, {}), b"come back\x07 later"
        service.work_off()
        assert {one["response_body"] for one in self.recent(service)["deliveries"]} == {"come back later"}
        service.receiver.answer, service.receiver.content = (200, {}), '{"ok": "ä"}'.encode()
        service.work_off()
        shown = {one["event_id"]: one["response_body"] for one in self.recent(service)["deliveries"]}
        assert set(shown.values()) <= {"come back later", '{"ok": "ä"}'}

    @pytest.mark.usefixtures("at_once")
    @pytest.mark.parametrize("status", [410, 500])
    def test_a_failed_delivery_shows_the_response_of_the_receiver(
        self, service: Service, ann: None, status: int
    ) -> None:
        service.receiver.answer, service.receiver.content = (status, {}), "no such contact €".encode()
        while service.work_off():
            pass
        assert "no such contact €" in {one["response_body"] for one in service.dead()}

    def test_the_size_of_a_page_is_limited(
        self, service: Service, ann: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service.receiver.answer, service.receiver.content = (200, {}), b"\xff" * 2_000
        service.work_off()
        assert len(self.recent(service)["deliveries"]) == 2
        monkeypatch.setattr(replay, "DELIVERY_PAGE_BYTES", 8_000)
        first = self.recent(service)
        assert [len(one["response_body"]) for one in first["deliveries"]] == [1024]
        second = self.recent(service, cursor=first["next_cursor"])
        assert second["next_cursor"] is None
        assert first["deliveries"][0]["id"] != second["deliveries"][0]["id"]

    def test_a_successful_delivery_can_be_replayed_with_its_id(self, service: Service, ann: None) -> None:
        service.work_off()
        first = self.recent(service)["deliveries"][0]
        answer = service.ask("POST", f"/deliveries/{first['id']}/replay")
        assert (answer.status, answer.body) == (202, {"replayed": 1, "more": False})
        service.work_off()
        taken = [request.headers["webhook-id"] for request in service.receiver.received]
        assert taken.count(first["event_id"]) == 2
        assert len(self.recent(service)["deliveries"]) == 2

    def test_pages_continue_where_the_last_one_ended(self, service: Service, ann: None) -> None:
        service.work_off()
        first = self.recent(service, limit=1)
        second = self.recent(service, limit=1, cursor=first["next_cursor"])
        assert len({one["id"] for page in (first, second) for one in page["deliveries"]}) == 2
        assert second["next_cursor"] is None

    def test_a_failure_to_log_a_delivery_does_not_repeat_it(
        self, service: Service, ann: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any) -> None:
            raise RuntimeError("the table is away")

        monkeypatch.setattr(recent_deliveries, "store_delivery", broken)
        service.work_off()
        service.work_off()
        assert len(service.receiver.received) == 2
