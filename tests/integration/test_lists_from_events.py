"""Members that a receiver computes from events equal those of `GET /v1/segments/{id}/members`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from random import Random
from typing import Any

import pytest

from crm.domain.webhooks.delivery import Result
from crm.services.webhooks import http_post
from tests.support.lists_from_events import PublishedEvent, final_members, members_by_time, members_in_order
from tests.support.segmented_shop import BOUGHT, Segmented
from tests.support.shop import Shop
from tests.support.thoroughness import part_of, some_of
from tests.support.world import invoke

USERS = ("u1", "u2", "u3")
EMAILS = ("a@shop.example", "b@shop.example", "c@shop.example")
BROWSERS = ("b1", "b2", "b3")
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"type": "kind", "kind": "recognised"},
    BOUGHT | {"window": {"within_days": 2}},
    {"type": "tag", "tag": "VIP"},
    {"type": "attribute", "name": "city", "operator": "equals", "value": "Rome"},
)


class Audience:
    """A shop with segments, random changes, and the published events."""

    def __init__(self, shop: Shop, rng: Random) -> None:
        self.shop, self.rng = shop, rng
        self.world = Segmented(shop)
        shop.ask("POST", "tags", {"name": "VIP"})
        url = "https://hooks.shop.example/all"
        self.webhook = shop.ask("POST", "webhooks", {"name": "Everything", "url": url}).body
        self.segments = [self.world.make(f"S{n}", condition) for n, condition in enumerate(CONDITIONS)]
        self.segments.append(self.world.make("By hand", type="static"))

    def act(self) -> Callable[[], None]:
        """Do the next random change."""
        acts: list[Callable[[], None]] = [
            self.identify,
            self.identify,
            self.buy,
            self.merge,
            self.merge,
            self.unmerge,
            self.unmerge,
            self.tag,
            self.edit,
            self.decide,
            self.delete,
            self.restore,
            self.wait,
            self.erase,
        ]
        return self.rng.choices(acts, [4] * 13 + [1])[0]

    def identify(self) -> None:
        given: dict[str, Any] = {"anonymousId": self.rng.choice(BROWSERS)}
        if self.rng.random() < 0.7:
            given["userId"] = self.rng.choice(USERS)
        if self.rng.random() < 0.6:
            given["traits"] = {"email": self.rng.choice(EMAILS)}
        self.shop.send("identify", **given)

    def buy(self) -> None:
        self.shop.send("track", userId=self.rng.choice(USERS), event="Order Completed")

    def people(self) -> list[dict[str, Any]]:
        return [
            profile
            for kind in ("recognised", "anonymous")
            for profile in self.shop.ask("GET", "profiles", query={"kind": kind}).body["profiles"]
        ]

    def random_customer(self) -> str | None:
        return self.rng.choice(found)["id"] if (found := self.people()) else None

    def merge(self) -> None:
        found = [person["id"] for person in self.people()]
        if len(found) > 1:
            kept, *others = self.rng.sample(found, min(len(found), self.rng.choice((2, 2, 3))))
            self.shop.ask("POST", f"profiles/{kept}/merge", {"profiles": others})

    def unmerge(self) -> None:
        merged = [p for p in self.people() if len(self.members(p["id"])) > 1]
        if merged:
            id_ = self.rng.choice(merged)["id"]
            self.shop.ask("POST", f"profiles/{id_}/unmerge", {"profile": self.rng.choice(self.members(id_))})

    def members(self, id_: str) -> list[str]:
        return list(self.shop.ask("GET", f"profiles/{id_}").body.get("members", ()))

    def tag(self) -> None:
        if id_ := self.random_customer():
            self.shop.ask(self.rng.choice(("PUT", "DELETE")), f"profiles/{id_}/tags/VIP")

    def edit(self) -> None:
        if id_ := self.random_customer():
            city = self.rng.choice(("Rome", "Oslo"))
            self.shop.ask("PATCH", f"profiles/{id_}/attributes", {"city": city})

    def decide(self) -> None:
        if id_ := self.random_customer():
            member = {"member": self.rng.random() < 0.5}
            segment = self.rng.choice(self.segments)
            self.shop.ask("PUT", f"profiles/{id_}/segments/{segment}", member)

    def delete(self) -> None:
        if id_ := self.random_customer():
            self.shop.ask("DELETE", f"profiles/{id_}")

    def restore(self) -> None:
        deleted = self.shop.ask("GET", "profiles", query={"kind": "deleted"}).body.get("profiles", [])
        if deleted:
            self.shop.ask("POST", f"profiles/{self.rng.choice(deleted)['id']}/restore")

    def wait(self) -> None:
        self.world.later(days=self.rng.choice((1, 2)))

    def erase(self) -> None:
        if id_ := self.random_customer():
            self.shop.erase(id_)

    def published(self) -> list[PublishedEvent]:
        return [(entry["DetailType"], json.loads(entry["Detail"])) for entry in self.shop.wire.events]

    def customers(self) -> set[str]:
        """Return the ids of all listed customers."""
        kinds = ("recognised", "anonymous", "deleted")
        pages = [self.shop.ask("GET", "profiles", query={"kind": kind}).body for kind in kinds]
        return {profile["id"] for page in pages for profile in page["profiles"]}

    def listed(self) -> set[tuple[str, str]]:
        return {(id_, segment) for segment in self.segments for id_ in self.world.of(segment)}


class Lag:
    """A stream that is read late, with profiles in any order and some records twice."""

    def __init__(self, shop: Shop, rng: Random) -> None:
        self.shop, self.rng = shop, rng
        self.records: list[dict[str, Any]] = []
        self.holds = True
        self._take = shop.world._take_stream
        shop.world._take_stream = self.take  # type: ignore[method-assign]

    def take(self) -> None:
        self._take()
        if not self.holds:
            return
        waiting = self.shop.world.records
        self.records += waiting["publish_changes"]
        waiting["publish_changes"] = []

    @contextmanager
    def caught_up(self) -> Iterator[None]:
        """Read the stream, since an erasure waits for it."""
        self.read()
        self.holds = False
        yield
        self.holds = True

    def read(self) -> None:
        """Read all waiting records, those of a profile in order."""
        by_profile: dict[str, list[dict[str, Any]]] = {}
        for record in self.records:
            by_profile.setdefault(record["dynamodb"]["Keys"]["pk"]["S"], []).append(record)
        self.records = []
        while by_profile:
            id_ = self.rng.choice(sorted(by_profile))
            batch = by_profile[id_][: self.rng.randint(1, 3)]
            for _ in range(self.rng.choice((1, 1, 2))):
                assert invoke("publish_changes", {"Records": batch}) == {"batchItemFailures": []}
            del by_profile[id_][: len(batch)]
            by_profile = {one: records for one, records in by_profile.items() if records}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[PublishedEvent]:
    """Return the events that webhooks received, in order."""
    taken: list[PublishedEvent] = []

    def post(_url: str, _headers: dict[str, str], body: bytes) -> Result:
        content = json.loads(body)
        taken.append((content["type"], content["data"]))
        return Result(status=204)

    monkeypatch.setattr(http_post, "post", post)
    return taken


@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", some_of(range(12), one_in=6))
def test_lists_built_from_webhook_events_equal_those_of_the_api(
    shop_on_wire: Callable[[], Shop], sent: list[PublishedEvent], group: int
) -> None:
    for seed in range(group * 3, group * 3 + part_of(3)):
        sent.clear()
        rng = Random(seed)
        audience = Audience(shop_on_wire(), rng)
        for _ in range(part_of(24, least=8)):
            audience.act()()
            listed, customers = audience.listed(), audience.customers()
            for known in (audience.published(), sent):
                assert final_members(known) == customers, seed
                assert members_in_order(known) == listed, seed
                shuffled = rng.sample(known, len(known))
                assert members_by_time(shuffled) == listed, seed


@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", some_of(range(12), start=1, one_in=6))
def test_delayed_and_reordered_events_result_in_the_same_lists(
    shop_on_wire: Callable[[], Shop], sent: list[PublishedEvent], group: int
) -> None:
    for seed in range(group * 3, group * 3 + part_of(3)):
        sent.clear()
        rng = Random(seed)
        audience = Audience(shop_on_wire(), rng)
        lag = Lag(audience.shop, rng)
        for _ in range(part_of(6, least=2)):
            for _ in range(rng.randint(1, 8)):
                with lag.caught_up() if (act := audience.act()) == audience.erase else nullcontext():
                    act()
            lag.read()
            audience.shop.world.settle()
            lag.read()
            listed = audience.listed()
            for known in (audience.published(), sent):
                assert members_by_time(rng.sample(known, len(known))) == listed, seed
