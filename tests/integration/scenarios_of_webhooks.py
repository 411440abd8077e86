"""Webhooks in the crash matrix: deliveries that are retried, fail and are replayed, without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crm.domain.webhooks import schedule
from crm.domain.webhooks.delivery import Result
from crm.domain.webhooks.event import event_of
from crm.services.access import api_keys, sources
from crm.services.webhooks import http_post
from tests.support.world import World

NOW = 1_795_289_400_000
Known = tuple[str, str, str]
PublishedEvent = dict[str, tuple[str, str]]
"""The type and the profile of an event, by `webhook-id`."""


class Network:
    """In place of the network: a receiver that fails for each event until `fails` is used up."""

    def __init__(self, *, fails: int) -> None:
        self.fails = fails
        self.taken: PublishedEvent = {}
        self._failed: dict[str, int] = {}

    def post(self, _url: str, headers: dict[str, str], body: bytes) -> Result:
        id_, content = headers["webhook-id"], json.loads(body)
        assert content["id"] == id_
        self._failed[id_] = self._failed.get(id_, 0) + 1
        if self._failed[id_] <= self.fails:
            return Result(status=500)
        what = (content["type"], content["data"]["profile_id"])
        assert self.taken.setdefault(id_, what) == what
        return Result(status=200)


def create_webhook(world: World) -> Known:
    """Create a webhook for all events; return an admin's key, the webhook and a write key."""
    key = api_keys.create("admin", ["admin"], now=NOW)[1]
    new = {"name": "Tool", "url": "https://tool.example/hooks"}
    webhook = world.request("POST", "/v1/webhooks", new, key=key).body["id"]
    return key, webhook, sources.create(name="Shop", now=NOW).write_key


def publish(world: World, known: Known) -> tuple[PublishedEvent, PublishedEvent]:
    """Change customers while the receiver fails once, then always; repair it, and replay the failed deliveries.

    Return the received and the published events.
    """
    key, webhook, write_key = known
    with _connected(Network(fails=1)) as flaky:
        _recognise(world, write_key, "u1", plan="free")
        _recognise(world, write_key, "u2", plan="free")
        world.settle()
    with _connected(Network(fails=10**6)), _single_attempt():
        _recognise(world, write_key, "u1", plan="pro")
        _recognise(world, write_key, "u3", plan="free")
        world.settle()
    with _connected(Network(fails=0)) as mended:
        _replay(world, key, webhook)
        world.settle()
    return flaky.taken | mended.taken, _published(world)


def _recognise(world: World, write_key: str, user: str, *, plan: str) -> None:
    second = 10 if plan == "free" else 20
    sent = {
        "messageId": f"{user}-{plan}",
        "timestamp": f"2026-11-20T10:00:{second}.000Z",
        "userId": user,
        "traits": {"plan": plan},
        "writeKey": write_key,
    }
    assert world.request("POST", "/v1/identify", sent).status == 200


def _replay(world: World, key: str, webhook: str) -> None:
    more = True
    while more:
        answer = world.request("POST", f"/v1/webhooks/{webhook}/replay", {"limit": 2}, key=key)
        assert answer.status == 202, answer
        more = answer.body["more"]


@contextmanager
def _connected(network: Network) -> Iterator[Network]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http_post, "post", network.post)
        yield network


@contextmanager
def _single_attempt() -> Iterator[None]:
    """Give up after the first attempt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "DELIVERY_ATTEMPTS", 1)
        yield


def _published(world: World) -> PublishedEvent:
    shown: PublishedEvent = {}
    for entry in world.wire.events:
        detail = json.loads(entry["Detail"])
        shown[event_of(entry["DetailType"], detail, 0).id] = (entry["DetailType"], detail["profile_id"])
    return shown


def all_published(
    answers: tuple[PublishedEvent, PublishedEvent], stored: dict[str, Any], shown: set[str]
) -> Any:
    """Assert that each published event was delivered, with the id of its change, and that no delivery is left."""
    taken, published = answers
    assert taken == published
    assert not any(key.startswith("W#") and "#recent" not in key for key in stored)
    return sorted(taken.values()), shown
