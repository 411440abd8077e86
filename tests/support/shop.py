"""A shop, and Jane, a customer with every kind of data."""

from __future__ import annotations

import base64
import copy
import gzip
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from crm.domain.identity import Identity
from crm.domain.times import MINUTE_MS, iso
from crm.services.access import api_keys, rate_limit, sources
from crm.services.projection.deployment import id_of
from crm.services.tracking import rejection_budget
from crm.storage.packed_fold import unpack
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.gateway import Answer
from tests.support.randomness import seeded
from tests.support.stage import TABLE
from tests.support.wire import Wire
from tests.support.wired_deployment import Clock
from tests.support.world import CONSUMERS, World, clear_all_caches, invoke

T = TypeVar("T")

EMAIL, PHONE, USER = "jane.roe@example.com", "+34600123456", "u-jane-4711"
PHONE_ON_PAPER = "+34 600 12 34 56"
BROWSER, TABLET = "b-jane-0815", "b-jane-tablet"
STATEMENTS = (
    "Janelle",
    "Roe-Quixote",
    "Calle Mayor 7",
    "allergic to nuts",
    "call her sister Pandora",
    "BdX44-order",
)
VALUES = (EMAIL, PHONE, PHONE_ON_PAPER, USER, BROWSER, TABLET, *STATEMENTS)
"""All values that identify Jane, and no other customer."""

IDENTITIES = tuple(
    Identity(type_, value)
    for type_, value in (
        ("user_id", USER),
        ("email", EMAIL),
        ("phone", PHONE),
        ("anonymous_id", BROWSER),
        ("anonymous_id", TABLET),
    )
)
ID = "user_id", USER
BEGIN = 1_795_255_200_000  # 2026-11-21T10:00Z: the whole day lies ahead


def profile(type: str, value: str) -> str:
    return id_of(Identity(type, value))


@dataclass(frozen=True)
class ShopState:
    """A snapshot of a shop, with immutable items."""

    now: int
    keys: tuple[str, str]
    store: MemoryDynamoDB
    queues: dict[str, list[str]]
    files: dict[str, bytes]
    events: list[Any]
    requests: list[tuple[str, Any]]

    @classmethod
    def of(cls, shop: Shop) -> Self:
        wire = shop.wire
        assert not any(shop.world.records.values()), "the stream has been read to its end"
        return cls(
            shop.clock.now,
            (shop.write_key, shop.key),
            wire.store.copied(),
            copy.deepcopy(wire.queues),
            dict(wire.bucket.files),
            list(wire.events),
            list(shop.requests),
        )

    def restore(self, shop: Shop) -> None:
        """Restore the shop to this snapshot, and clear the caches of containers."""
        shop.wire.start(self.store.copied(), copy.deepcopy(self.queues), {}, self.files)
        shop.wire.events, shop.requests = list(self.events), list(self.requests)
        shop.clock.now, (shop.write_key, shop.key) = self.now, self.keys
        shop.world = World(shop.wire)
        clear_all_caches()
        for cache in (rate_limit, api_keys, rejection_budget):
            cache.clear_cache()


class Shop:
    """A shop with a site that sends events, staff with an admin key, and the deliveries of AWS between them."""

    write_key: str
    """The site's write key."""

    key: str
    """The API key of the staff."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self.wire, self.clock, self.world = wire, clock, World(wire)
        self.requests: list[tuple[str, Any]] = []
        self.prepared(Shop._open)

    def _open(self) -> None:
        self.write_key = sources.create(name="Shop", now=self.clock.now).write_key
        self.key = api_keys.create("staff", ["admin"], now=self.clock.now)[1]

    def prepared(self, build: Callable[[Shop], T]) -> T:
        """Build something in a new shop, and return it.

        It is built once. The other tests of a module that share the wire start with a snapshot of that shop.
        """
        if build not in self.wire.kept:
            with seeded(build.__qualname__):
                made = build(self)
            self.wire.kept[build] = made, ShopState.of(self)
            return copy.deepcopy(made)
        made, kept = self.wire.kept[build]
        kept.restore(self)
        return copy.deepcopy(made)

    def wait(self, minutes: int = 1) -> str:
        """Move the clock, and return the new time."""
        self.clock.now += minutes * MINUTE_MS
        return iso(self.clock.now)

    def send(self, kind: str, /, **event: Any) -> Answer:
        """Send an event of the current time, as SDKs do."""
        at = self.wait()
        return self.post(
            kind, {"messageId": f"m-{len(self.requests)}", "timestamp": at, "sentAt": at, **event}
        )

    def post(self, kind: str, body: dict[str, Any] | str | bytes) -> Answer:
        sent = body | {"writeKey": self.write_key} if isinstance(body, dict) else body
        self.requests.append((kind, sent))
        return self._post(kind, sent)

    def _post(self, kind: str, body: Any) -> Answer:
        answer = self.world.request("POST", f"/v1/{kind}", body, query={"writeKey": self.write_key})
        self.world.settle()
        return answer

    def send_everything_again(self) -> None:
        """Send all earlier requests again, unchanged, an hour later."""
        self.wait(60)
        for kind, body in self.requests:
            self._post(kind, body)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """Send a request of staff, a minute later."""
        self.wait()
        answer = self.world.request(method, f"/v1/{path}", body, key=self.key, **more)
        if "erase" not in more.get("query", {}):
            self.world.settle()
        return answer

    def status(self, type: str, value: str) -> int:
        """Return the status of a request for an identity: 200 or 404."""
        return self.ask("GET", f"identities/{type}/{value}").status

    def ask_to_erase(self, profile_id: str) -> Answer:
        """Request an erasure, whose job then waits in the queue."""
        return self.ask("DELETE", f"profiles/{profile_id}", query={"erase": "true"})

    def erase(self, profile_id: str) -> dict[str, Any]:
        """Erase a profile, and return the completed job."""
        begun = self.ask_to_erase(profile_id)
        assert begun.status == 202, begun.body
        self.world.settle()
        return self.job(begun.body["id"])

    def job(self, id_: str) -> dict[str, Any]:
        """Return the current state of a job, without deliveries from queues."""
        return dict(self.world.request("GET", f"/v1/jobs/{id_}", key=self.key).body)

    def take_message(self, queue: str, *, attempt: int = 1) -> bool:
        """Deliver the next message to its function; return whether it must be retried."""
        body = self.wire.queues[queue].pop(0)
        attributes = {"ApproximateReceiveCount": str(attempt)}
        record = {"messageId": "1", "receiptHandle": "1", "body": body, "attributes": attributes}
        answer = invoke(CONSUMERS[queue], {"Records": [record | {"eventSource": "aws:sqs"}]})
        failed = answer is None or bool(answer["batchItemFailures"])
        if failed:
            self.wire.queues[queue].append(body)
        return failed

    def traces(self, values: Collection[str] = VALUES, *texts: str) -> list[str]:
        """Return where these values occur: in the table, a queue, the bucket, an event, or the given texts."""
        places = [*self._items(), *self._messages(), *(("a text", text) for text in texts)]
        return [
            f"{v} in {place}" for place, text in places for v in values if v.casefold() in text.casefold()
        ]

    def put(self, item: dict[str, Any]) -> None:
        """Put an item in DynamoDB's JSON into the table."""
        self.wire.store.tables[TABLE].replace(item, item)

    def items(self) -> list[Mapping[str, Any]]:
        return list(self.wire.store.tables[TABLE].items.values())

    def _items(self) -> Iterator[tuple[str, str]]:
        for item in self.items():
            given = [_readable(kind, value) for held in item.values() for kind, value in held.items()]
            given += [unpack(item["doc"])] if "doc" in item else []
            yield f"{item['pk']['S']} | {item['sk']['S']}", "\n".join(given)

    def _messages(self) -> Iterator[tuple[str, str]]:
        for name, bodies in self.wire.queues.items():
            yield from ((f"queue {name}", _readable("S", body)) for body in bodies)
        yield from ((f"file {key}", content.decode()) for key, content in self.wire.bucket.files.items())
        yield from (("event", json.dumps(event)) for event in self.wire.events)


def _readable(kind: str, value: Any) -> str:
    """Return a value as text, with bytes decompressed and nested JSON decoded, so that escapes hide nothing."""
    if kind == "B":
        content = base64.b64decode(value)
        while content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        value = content.decode(errors="replace")
    try:
        return f"{value}\n{json.dumps(json.loads(value), ensure_ascii=False)}"
    except (TypeError, ValueError):
        return str(value)


def visit(shop: Shop) -> str:
    """Let Jane visit the site, sign in and order; return her profile's id."""
    shop.send("page", anonymousId=BROWSER, context={"page": {"url": f"https://shop.example/?m={EMAIL}"}})
    traits = {"email": EMAIL, "phone": PHONE, "firstName": "Janelle", "lastName": "Roe-Quixote"}
    shop.send("identify", userId=USER, anonymousId=BROWSER, traits=traits)
    order = {"order_id": "BdX44-order", "revenue": 5}
    shop.send("track", userId=USER, event="Order Completed", properties=order)
    shop.send("identify", userId=USER, anonymousId=TABLET, traits={"address": {"street": "Calle Mayor 7"}})
    shop.post("track", {"userId": USER, "messageId": f"of-{EMAIL}", "event": "Called"})
    return profile(*ID)


def add_staff_work(shop: Shop, id_: str) -> None:
    """Add the work of staff to a profile: a note, a task, a tag, a class, a responsible user and a consent."""
    done = [
        shop.ask(
            "POST", f"profiles/{id_}/notes", {"text": "allergic to nuts"}, headers={"idempotency-key": "n"}
        ),
        shop.ask("POST", f"profiles/{id_}/tasks", {"name": "call her sister Pandora"}),
        shop.ask("PUT", f"profiles/{id_}/tags/vip"),
        shop.ask("PUT", f"profiles/{id_}/classes/b2b"),
        shop.ask("PUT", f"profiles/{id_}/responsible", {"user": "grace"}),
        shop.ask("PUT", f"profiles/{id_}/consents/email", {"state": "granted", "proof": "Janelle said so"}),
    ]
    assert [answer.status for answer in done] == [201, 201, 200, 200, 200, 200]
    shop.wire.bucket.files[f"people/{id_}/export.json"] = json.dumps({"email": EMAIL}).encode()


def refused_input(shop: Shop) -> int:
    """Send rejected input with Jane's data, in every form in which it is stored; return the number of entries."""
    shop.send("track", userId=USER, properties={"note": "allergic to nuts"})
    shop.post("track", f'{{"userId": "{USER}", "event": "broken')
    shop.post("track", gzip.compress(json.dumps({"userId": "", "x": EMAIL.upper()}).encode()))
    shop.send("identify", traits={"mobile": f"Tel. {PHONE_ON_PAPER}"})
    shop.send("page", context={"page": {"url": "https://shop.example/?m=jane.roe%40example.com"}})
    return 5
