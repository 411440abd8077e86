"""Recent deliveries: their states, attempts, responses and pages."""

from __future__ import annotations

from typing import Any

import pytest

from crm.api.models.webhooks import RecentDeliveryPage
from crm.domain.times import parse_time
from crm.domain.webhooks import schedule
from crm.services.webhooks import replay
from crm.storage import recent_deliveries
from tests.support.webhook_service import PUBLISHED, Service


class TestRecentDeliveries:
    """Deliveries of the last days with the result of their last attempt."""

    def recent(self, service: Service, **query: Any) -> Any:
        answer = service.ask("GET", "/recent-deliveries", **query)
        RecentDeliveryPage.model_validate(answer.body)
        return answer.body

    def test_successful_deliveries_are_listed(self, service: Service, ann: None) -> None:
        service.process_queue()
        listed = self.recent(service)["deliveries"]
        assert sorted(one["event_type"] for one in listed) == PUBLISHED
        assert {(one["state"], one["status"], one["attempts"]) for one in listed} == {("delivered", 204, 1)}
        assert [one["next_attempt_at"] for one in listed] == [None, None]

    def test_waiting_deliveries_have_the_time_of_the_next_attempt(self, service: Service, ann: None) -> None:
        service.receiver.answer = (503, {"retry-after": "7200"})
        service.process_queue()
        for one in self.recent(service)["deliveries"]:
            assert (one["state"], one["status"]) == ("waiting", 503)
            last, following = (parse_time(one[f"{which}_attempt_at"]) for which in ("last", "next"))
            assert last
            assert following == last + 7_200_000

    @pytest.mark.usefixtures("at_once")
    def test_failed_deliveries_are_listed_with_their_attempts(self, service: Service, ann: None) -> None:
        service.receiver.answer = (500, {})
        while service.process_queue():
            pass
        listed = self.recent(service)["deliveries"]
        assert {(one["state"], one["attempts"]) for one in listed} == {("failed", schedule.DELIVERY_ATTEMPTS)}
        assert {one["id"] for one in listed} == {one["id"] for one in service.dead()}

    def test_the_response_of_the_last_attempt_is_shown(self, service: Service, ann: None) -> None:
        service.receiver.answer, service.receiver.content = (503, {}), b"come back\x07 later"
        service.process_queue()
        assert {one["response_body"] for one in self.recent(service)["deliveries"]} == {"come back later"}
        service.receiver.answer, service.receiver.content = (200, {}), '{"ok": "ä"}'.encode()
        service.process_queue()
        shown = {one["event_id"]: one["response_body"] for one in self.recent(service)["deliveries"]}
        assert set(shown.values()) <= {"come back later", '{"ok": "ä"}'}

    @pytest.mark.usefixtures("at_once")
    @pytest.mark.parametrize("status", [410, 500])
    def test_a_failed_delivery_shows_the_response_of_the_receiver(
        self, service: Service, ann: None, status: int
    ) -> None:
        service.receiver.answer, service.receiver.content = (status, {}), "no such contact €".encode()
        while service.process_queue():
            pass
        assert "no such contact €" in {one["response_body"] for one in service.dead()}

    def test_the_size_of_a_page_is_limited(
        self, service: Service, ann: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service.receiver.answer, service.receiver.content = (200, {}), b"\xff" * 2_000
        service.process_queue()
        assert len(self.recent(service)["deliveries"]) == 2
        monkeypatch.setattr(replay, "DELIVERY_PAGE_BYTES", 8_000)
        first = self.recent(service)
        assert [len(one["response_body"]) for one in first["deliveries"]] == [1024]
        second = self.recent(service, cursor=first["next_cursor"])
        assert second["next_cursor"] is None
        assert first["deliveries"][0]["id"] != second["deliveries"][0]["id"]

    def test_a_successful_delivery_can_be_replayed_with_its_id(self, service: Service, ann: None) -> None:
        service.process_queue()
        first = self.recent(service)["deliveries"][0]
        answer = service.ask("POST", f"/deliveries/{first['id']}/replay")
        assert (answer.status, answer.body) == (202, {"replayed": 1, "more": False})
        service.process_queue()
        taken = [request.headers["webhook-id"] for request in service.receiver.received]
        assert taken.count(first["event_id"]) == 2
        assert len(self.recent(service)["deliveries"]) == 2

    def test_pages_continue_where_the_last_one_ended(self, service: Service, ann: None) -> None:
        service.process_queue()
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
        service.process_queue()
        service.process_queue()
        assert len(service.receiver.received) == 2
