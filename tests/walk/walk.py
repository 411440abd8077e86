"""A walk: steps through a deployment, and the facts about it that tests know independently."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from crm.domain.identity import Identity
from crm.domain.times import MINUTE_MS
from tests.support.gateway import Answer
from tests.support.stage import TABLE
from tests.walk.deployment import Deployment
from tests.walk.people import IDENTITIES, Who, profile_of

REFUSALS = frozenset({400, 403, 404, 409, 410, 412, 429})
MISSING = 404
MARK = re.compile(r"~\d+~")


@dataclass
class Known:
    """Facts that need no identity resolution.

    `accepted`: message ids of events, each of which is in one timeline. `erased`: those of events that were erased
    with a person; `doubtful`: those of events about a person who was erased later. `marks`: texts that
    only erased data held.
    """

    accepted: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    erased_at: dict[Identity, int] = field(default_factory=dict)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    written: int = 0


class Step(Protocol):
    """One action of an actor, or an event without one."""

    def apply(self, walk: Walk) -> None: ...


class Walk:
    """A deployment and the steps that were taken."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.known = Known()

    def take(self, steps: Iterable[Step]) -> None:
        """Take the steps in order, a minute apart."""
        for step in steps:
            self.deployment.clock.now += MINUTE_MS
            step.apply(self)

    def new_mark(self) -> str:
        """Return a unique text."""
        self.known.written += 1
        return f"~{self.known.written}~"

    def profile(self, method: str, who: Who, path: str = "", body: Any = None, **query: Any) -> Answer:
        """Send a request about the customer with this identity, if there is one; it may be refused."""
        place = f"/v1/profiles/{self.stored_id_of(who)}" + (f"/{path}" if path else "")
        return self.ask(method, place, body, **query)

    def stored_id_of(self, who: Who) -> str:
        """Return the id of a stored profile, so that few requests are about a missing one."""
        table = self.deployment.wire.store.tables[TABLE]
        ids = [profile_of(who + number) for number in range(len(IDENTITIES))]
        stored = (id_ for id_ in ids if table.get({"pk": {"S": f"P#{id_}"}, "sk": {"S": "PROFILE"}}))
        return next(stored, ids[0])

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        """Send a request of staff, which may be refused with a reason."""
        answer = self.deployment.ask(method, path, body, **query)
        assert answer.status < 300 or answer.status in REFUSALS, answer
        assert answer.status < 300 or "code" in answer.body, answer
        return answer
