"""A webhook with its receiver: requests to its API, and deliveries from its queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.activities import email
from tests.support.gateway import Answer, Client
from tests.support.webhook_queue import process_queue
from tests.support.webhook_receiver import Receiver

ANN = email("ann@example.com")
PUBLISHED = ["Profile Created", "Profile Recognised"]


@dataclass
class Service:
    """A webhook, and the receiver at its URL."""

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

    def process_queue(self) -> int:
        return process_queue(self.queue)


def types(contents: list[dict[str, Any]]) -> list[str]:
    return sorted(content["type"] for content in contents)
