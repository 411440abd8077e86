"""A walk: steps through a deployment, and what is known of it beside what the deployment itself says."""

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
    """What happened, as far as it can be known without deciding who is who.

    `accepted`: message ids of events, each of which stands in one timeline. `erased`: the ids of those that went with
    a person; `doubtful`: of those that name somebody who was erased later than they occurred. `marks`: texts that only
    what was erased held.
    """

    accepted: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    erased_at: dict[Identity, int] = field(default_factory=dict)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    written: int = 0


class Step(Protocol):
    """Something that somebody does, or that happens."""

    def apply(self, walk: Walk) -> None: ...


class Walk:
    """One deployment and what has been done to it."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.known = Known()

    def take(self, steps: Iterable[Step]) -> None:
        """One step after another, a minute apart."""
        for step in steps:
            self.deployment.clock.now += MINUTE_MS
            step.apply(self)

    def new_mark(self) -> str:
        """A text that stands nowhere else."""
        self.known.written += 1
        return f"~{self.known.written}~"

    def profile(self, method: str, who: Who, path: str = "", body: Any = None, **query: Any) -> Answer:
        """A request about whoever has this identity; it may be refused, and there may be nobody."""
        place = f"/v1/profiles/{self.stored_id_of(who)}" + (f"/{path}" if path else "")
        return self.ask(method, place, body, **query)

    def stored_id_of(self, who: Who) -> str:
        """The id of a profile that is stored, so that few requests are about nobody."""
        table = self.deployment.wire.store.tables[TABLE]
        ids = [profile_of(who + number) for number in range(len(IDENTITIES))]
        stored = (id_ for id_ in ids if table.get({"pk": {"S": f"P#{id_}"}, "sk": {"S": "PROFILE"}}))
        return next(stored, ids[0])

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        """A request of staff, which may be refused for a reason that is told."""
        answer = self.deployment.ask(method, path, body, **query)
        assert answer.status < 300 or answer.status in REFUSALS, answer
        assert answer.status < 300 or "code" in answer.body, answer
        return answer
