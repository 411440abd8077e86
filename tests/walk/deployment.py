"""A whole deployment in memory for a walk: its clients, its clock and its faults."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.useragent import UserAgentString

from crm.domain.times import MINUTE_MS, iso
from crm.domain.webhooks.delivery import Result
from crm.services.access import api_keys, sources
from crm.services.consents import link_secret, preference_centre
from crm.services.definitions import forms
from crm.services.webhooks import deliver, http_post
from tests.support.gateway import Answer, Client
from tests.support.randomness import draw_by
from tests.support.wire import ProcessKilled, Wire
from tests.support.wired_deployment import Clock, empty, wired
from tests.support.world import clear_all_caches
from tests.walk.delivery import Delivery

BEGIN = 1_795_255_200_000  # 2026-11-21T10:00Z
MAX_ROUNDS = 40
BUSY_MS = 31_000
"""After this time, the next request with an idempotency key takes over from a process that died."""


@dataclass(frozen=True)
class Prepared:
    """The definitions of a new deployment: a form, tag, list, webhook, aggregate, score, sources and keys."""

    store: bytes
    write_keys: dict[str, str]
    admin: str
    limited: str
    form: str
    fair: str


@dataclass
class Receiver:
    """A webhook's receiver without a network: fails the requested number of times, and keeps what it accepts."""

    fails: int = 0
    taken: dict[str, Any] = field(default_factory=dict)

    def post(self, _url: str, headers: dict[str, str], body: bytes) -> Result:
        if self.fails:
            self.fails -= 1
            return Result(status=500)
        content = json.loads(body)
        assert self.taken.setdefault(headers["webhook-id"], content) == content, "one id, one change"
        return Result(status=200)


class Deployment:
    """The deployment of one walk. `troubled`: this step has faults, and clients retry."""

    def __init__(self, wire: Wire, clock: Clock, prepared: Prepared) -> None:
        clock.now = BEGIN
        wire.start(pickle.loads(prepared.store), {}, {})  # noqa: S301 - our own
        _clear_caches()
        self.wire, self.clock, self.prepared = wire, clock, prepared
        self.delivery = Delivery(wire)
        self.receiver = Receiver()
        self._client = Client()
        self._asked = 0

    def now(self) -> str:
        return iso(self.clock.now)

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **query: Any
    ) -> Answer:
        """Send a request with the admin's key. While `troubled`, retry after a 5xx or a missing response."""
        self._asked += 1
        headers = {"idempotency-key": f"k-{self._asked}"} if self._retried(method, path) else {}
        key = key or self.prepared.admin
        return self._persist(lambda: self._client(method, path, body, key=key, headers=headers, query=query))

    def send(self, path: str, body: Any) -> Answer:
        """Send a request without an API key."""
        return self._persist(lambda: self._client("POST", path, body))

    def read(self, path: str, *, key: str | None = None, **query: Any) -> Any:
        """Return the body of a GET, whose status must be 200."""
        answer = self.ask("GET", path, key=key, **query)
        assert answer.status == 200, (path, query, answer)
        return answer.body

    @contextmanager
    def trouble(self, at: int, fault: str | None, meanwhile: Callable[[], None] | None) -> Iterator[None]:
        """Plan a fault, or an action of another process, at the AWS call number `at` from now on."""
        self.wire.calls, self.wire.plan = [], {at: fault} if fault else {}
        self.wire.meanwhile = {at: self._unwatched(meanwhile)} if meanwhile else {}
        self.delivery.troubled = True
        try:
            with self.wire.watched():
                yield
        finally:
            self.delivery.troubled = False
            self.wire.plan, self.wire.meanwhile = {}, {}

    def _unwatched(self, act: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            self.wire.watching = False
            act()
            self.wire.watching = True

        return run

    def _retried(self, method: str, path: str) -> bool:
        return self.delivery.troubled and method == "POST" and "preview" not in path

    def _persist(self, request: Callable[[], Answer]) -> Answer:
        for _ in range(MAX_ROUNDS):
            try:
                answer = request()
            except (ProcessKilled, Exception):
                if not self.delivery.troubled:
                    raise
                _clear_caches()
                continue
            if answer.status < 500 and not _is_busy(answer):
                return answer
            assert self.delivery.troubled, answer
            self.clock.now += BUSY_MS if _is_busy(answer) else 0
        raise AssertionError(f"a request never got through: {answer}")


def _is_busy(answer: Answer) -> bool:
    return answer.status == 409 and answer.body.get("code") == "request_in_progress"


def _clear_caches() -> None:
    clear_all_caches()
    forms.clear_cache()
    link_secret.clear_cache()
    preference_centre.clear_cache()
    deliver.clear_cache()


@contextmanager
def deployments() -> Iterator[Callable[[], Deployment]]:
    """Yield a function that makes deployments, each in the same initial state."""
    clock = Clock(BEGIN)
    with wired(clock) as wire, pytest.MonkeyPatch.context() as patch:
        # Every call names the client anew, which takes longer than the call.
        patch.setattr(UserAgentString, "to_string", lambda _self: "walk")
        prepared = _prepare(wire, clock)

        def deployment() -> Deployment:
            draw_by("a walk")  # it can be taken again, step by step
            opened = Deployment(wire, clock, prepared)
            patch.setattr(http_post, "post", opened.receiver.post)
            return opened

        yield deployment


def _prepare(wire: Wire, clock: Clock) -> Prepared:
    clock.now = BEGIN - MINUTE_MS
    draw_by("its deployment")
    wire.start(empty(), {}, {})
    _clear_caches()
    admin = api_keys.create("staff", ["admin"], now=clock.now)[1]
    write_keys = {
        kind: sources.create(name=kind, kind=kind, now=clock.now).write_key
        for kind in ("web", "mobile", "server")
    }
    bare = Prepared(pickle.dumps(wire.store), write_keys, admin, "", "", "")
    opened = Deployment(wire, clock, bare)
    clock.now = BEGIN - MINUTE_MS
    made = {name: _create(opened, path, body) for name, (path, body) in DEFINITIONS.items()}
    opened.delivery.rest()
    return Prepared(
        pickle.dumps(wire.store),
        write_keys,
        admin,
        made["limited"]["key"],
        made["form"]["id"],
        made["list"]["id"],
    )


def _create(opened: Deployment, path: str, body: Any) -> Any:
    answer = opened.ask("POST", f"/v1/{path}", body)
    assert answer.status == 201, answer
    return answer.body


READING = ["profiles:read", "profiles:export", "segments:read", "definitions:read", "jobs:read"]
ORDERED = "Order Completed"
DEFINITIONS: dict[str, tuple[str, Any]] = {
    "tag": ("tags", {"name": "hot"}),
    "list": ("lists", {"name": "Fair"}),
    "form": (
        "forms",
        {
            "name": "Newsletter",
            "fields": [
                {"name": "email", "attribute": "email", "label": "E-mail"},
                {"name": "first_name", "attribute": "first_name", "label": "First name"},
            ],
            "tags": ["hot"],
            "consents": [{"channel": "email", "wording": "Write to me."}],
        },
    ),
    "webhook": ("webhooks", {"name": "Tool", "url": "https://tool.example/hooks"}),
    "aggregate": ("aggregates", {"name": "spent", "event": ORDERED, "function": "sum", "property": "total"}),
    "score": ("scores", {"name": "loyalty", "rules": [{"event": ORDERED, "points": 10}]}),
    "expression": ("expressions", {"name": "worth", "text": "aggregates.spent >= 10.0"}),
    "limited": ("api-keys", {"name": "vip desk", "scopes": READING, "classes": ["vip"]}),
}
