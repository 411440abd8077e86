"""A receiver beside the stack gets events, checks their signatures, and gets missed ones again."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from crm.services.webhooks.fan_out import WEBHOOKS_CACHE_S
from tests.e2e.files import Files, until
from tests.support.webhook_receiver import Received, Receiver, receiver


@dataclass(frozen=True)
class Service:
    """A webhook of the stack, and the receiver at its URL."""

    files: Files
    receiver: Receiver
    id: str
    secret: str

    def ask(self, path: str = "", body: Any = None, *, method: str = "") -> dict[str, Any]:
        return self.files.ask(f"/v1/webhooks/{self.id}{path}", body, method=method)

    def customer(self) -> str:
        """Create a customer, and return the id."""
        person = {"identities": {"email": f"ada@{self.files.domain}"}, "attributes": {"city": "London"}}
        return str(self.files.ask("/v1/profiles", person)["id"])

    def delivered(self, type: str, **data: Any) -> Received:
        """Wait for the request with an event of this customer, since other tests change others meanwhile; return it."""

        def found() -> Received | None:
            for request in list(self.receiver.received):
                content = request.verified(self.secret)
                is_it = content["type"] == type and data.items() <= content["data"].items()
                if is_it and request.status < 300:
                    return request
            return None

        return until(found)

    def dead(self) -> list[dict[str, Any]]:
        return list(self.ask("/deliveries")["deliveries"])


@pytest.fixture
def service(files: Files) -> Iterator[Service]:
    with receiver() as there:
        made = files.ask("/v1/webhooks", {"name": "Beside the stack", "url": there.url})
        yield Service(files, there, made["id"], made["secret"])
        files.ask(f"/v1/webhooks/{made['id']}", method="DELETE")


@pytest.fixture
def quiet(service: Service) -> Service:
    """A webhook that receives only test events."""
    service.ask(body={"events": ["Identity Conflict"]}, method="PATCH")
    return service


def test_the_changes_of_a_customer_are_delivered(service: Service) -> None:
    time.sleep(WEBHOOKS_CACHE_S)  # until all functions have the new webhook
    person = service.customer()
    service.delivered("Profile Created", profile_id=person)
    service.delivered("Profile Recognised", profile_id=person)
    service.files.ask(f"/v1/profiles/{person}", {"attributes": {"city": "Vigo"}}, method="PATCH")
    delivered = service.delivered("Profile Updated", profile_id=person, attributes=["city"])
    assert "Vigo" not in delivered.body.decode()


def test_a_failed_delivery_is_retried_under_the_same_id(quiet: Service) -> None:
    quiet.receiver.next_answers = [(503, {"retry-after": "1"})]
    queued = quiet.ask("/test", {})
    delivered = quiet.delivered("Webhook Tested", webhook_id=quiet.id)
    assert delivered.headers["webhook-id"] == queued["id"]
    assert [request.status for request in quiet.receiver.received] == [503, 204]
    assert len({request.body for request in quiet.receiver.received}) == 1


def test_a_failed_delivery_can_be_replayed(quiet: Service) -> None:
    quiet.receiver.next_answers = [(410, {})]
    queued = quiet.ask("/test", {})
    (dead,) = until(lambda: quiet.dead() or None)
    assert (dead["event_id"], dead["status"], dead["error"]) == (queued["id"], 410, "gone")
    assert quiet.ask()["enabled"] is False

    quiet.ask(body={"enabled": True}, method="PATCH")
    assert quiet.ask(f"/deliveries/{dead['id']}/replay", {}) == {"replayed": 1, "more": False}
    delivered = quiet.delivered("Webhook Tested", id=queued["id"])
    assert delivered.verified(quiet.secret) == dead["body"]
    assert quiet.dead() == []


def test_deliveries_are_signed_with_both_secrets_during_a_rotation(quiet: Service) -> None:
    new = quiet.ask("/rotate-secret", {"grace_seconds": 600})["secret"]
    quiet.ask("/test", {})
    delivered = quiet.delivered("Webhook Tested", webhook_id=quiet.id)
    assert delivered.verified(new) == delivered.verified(quiet.secret)
