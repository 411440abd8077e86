"""Steps without an actor: time passes, records are delivered, faults occur."""

from __future__ import annotations

from dataclasses import dataclass

from crm.domain.times import MINUTE_MS
from tests.walk.agreement import ensure_agreement
from tests.walk.walk import Step, Walk


@dataclass(frozen=True)
class Wait:
    """Move the clock, and run the schedule at the end."""

    minutes: int

    def apply(self, walk: Walk) -> None:
        walk.deployment.clock.now += self.minutes * MINUTE_MS
        tick(walk)


def tick(walk: Walk) -> None:
    """Run the schedule of the segments, and again if it fails."""
    deployment = walk.deployment
    while deployment.delivery.invoke("evaluate_segments", {"source": "aws.events"}) is None:
        pass


@dataclass(frozen=True)
class Deliver:
    """Deliver some waiting records or messages of a place, perhaps twice."""

    place: str
    at: int = 0
    most: int = 1
    twice: bool = False

    def apply(self, walk: Walk) -> None:
        walk.deployment.delivery.deliver(self.place, self.at, self.most, twice=self.twice)


@dataclass(frozen=True)
class ReceiverFails:
    """Let the webhook's receiver respond with 500 to the given number of requests."""

    times: int

    def apply(self, walk: Walk) -> None:
        walk.deployment.receiver.fails = self.times


@dataclass(frozen=True)
class Disturbed:
    """Take a step with a fault or a concurrent process at the AWS call with this number."""

    step: Step
    at: int
    fault: str | None = None
    others: Step | None = None

    def apply(self, walk: Walk) -> None:
        others = self.others
        meanwhile = (lambda: others.apply(walk)) if others else None
        with walk.deployment.trouble(self.at, self.fault, meanwhile):
            self.step.apply(walk)


@dataclass(frozen=True)
class Rest:
    """Deliver everything and run the schedule; then compare all views."""

    def apply(self, walk: Walk) -> None:
        settle(walk)
        ensure_agreement(walk)


def settle(walk: Walk) -> None:
    walk.deployment.receiver.fails = 0
    walk.deployment.delivery.rest()
    tick(walk)
    walk.deployment.delivery.rest()
    for job in walk.deployment.read("/v1/jobs", limit=1000)["jobs"]:
        if (
            job["state"] == "queued"
        ):  # stored by a request that could not queue it: what to do is said by health
            walk.ask("POST", f"/v1/jobs/{job['id']}/retry")
    walk.deployment.delivery.rest()
