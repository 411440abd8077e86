"""Compare the CPU of keeping twenty audiences exact over the CDNOW log with DuckDB's CPU for recomputing all of them.

A part of the customers is replayed day by day, with and without segments; DuckDB recomputes all customers. Then it does
what every approach must do: it determines entries and exits, and writes them to lists and logs. It uses the product's
own writers, in full batches.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.services import publish
from tests.bench.audience_replay import AudienceReplay, midnight_before, some_customers
from tests.bench.audiences import AUDIENCES
from tests.bench.duckdb_peer import ROUNDS, DuckDBPeer, Moved
from tests.bench.figures import Figure, median
from tests.bench.live_stage import on_live_stage
from tests.bench.moved_customers import write_moved
from tests.support.cdnow import LOG, Purchase, read_purchases
from tests.support.progress import with_progress

NAME = "segments-peers"
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "1000"))
LEAST_HOURS = 6
"""The interval in hours at which recomputing may take as much CPU, on an otherwise idle machine."""

COMPARED_EVERY, RECOMPUTED_EVERY = 67, 20
"""The number of days."""
PROJECT, PUBLISH, TICK, PUT_EVENTS = "project_profiles", "publish_changes", "evaluate_segments", "put_events"
CPU = "ms/purchase"
HOURS = 24
TICKS = 24 * 60
"""The number of ticks per day."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of CPU per purchase.

    `projected`: of its projection; `passed`: of later ticks; `consumed`: of the stream's second consumer; `published`:
    of the events for other services. `idle`: of a tick without due customers. `compared`: the number of memberships;
    `differences`: to SQL.
    """

    projected: float
    passed: float
    consumed: float
    published: float
    idle: float
    compared: int
    differences: Sequence[str]

    @property
    def total(self) -> float:
        """Return the sum without `published`, which is the same for every approach."""
        return self.projected + self.passed + self.consumed


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Milliseconds of CPU of recomputing.

    `queried`: for all audiences once; `compared`: for determining entries and exits; `written`: for writing one change
    to lists and logs. `changes`: per day.
    """

    queried: float
    compared: float
    written: float
    changes: float


class Recomputing:
    """DuckDB over all purchases, which recomputes between the days of the replay: both run on the same machine."""

    def __init__(self, purchases: Sequence[Purchase]) -> None:
        self._peer = DuckDBPeer(purchases)
        self._queried: list[float] = []
        self._compared: list[float] = []
        self._moved: list[Moved] = []

    def recompute(self, day: date) -> None:
        """Recompute a day, and determine the entries and exits since the day before."""
        self._queried.append(self._peer.recompute(day))
        spent, moved = self._peer.compare(day - timedelta(days=1), day)
        self._compared.append(spent)
        self._moved += moved

    def result(self) -> Recomputed:
        """Return means over the log, which grows."""
        rounds = len(self._queried)
        return Recomputed(
            queried=1e3 * sum(self._queried) / rounds,
            compared=1e3 * sum(self._compared) / rounds,
            written=1e3 * _writing(self._moved) / len(self._moved),
            changes=len(self._moved) / rounds,
        )


def run() -> list[Figure]:
    """Measure differences, the CPU of both, and how often DuckDB may recompute with the product's CPU."""
    if not LOG.exists():
        sys.stderr.write(f"{NAME}: skipped, there is no {LOG}\n")
        return []
    purchases = read_purchases()
    part = some_customers(purchases, CUSTOMERS)
    recomputing = Recomputing(purchases)
    ours, without = _kept(part, recomputing), _kept(part, None)
    for difference in ours.differences[:10]:
        sys.stderr.write(f"{NAME}: {difference}\n")
    peer = recomputing.result()
    a_day = len(purchases) / len(_days(purchases))
    once = peer.queried + peer.compared
    segments = ours.total - without.total

    def every(a_purchase: float, once: float, *, idle: float = 0, written: float = 0) -> float:
        """Return the interval in hours after which recomputing takes as much CPU.

        Arguments are in milliseconds: of a purchase, of the idle ticks of a day, of recomputing `once`, and of its
        writes in a day.
        """
        return HOURS * once / (a_purchase * a_day + idle - written)

    written = peer.changes * peer.written
    return [
        _figure(f"{ours.compared:,} memberships: differences", len(ours.differences), "", budget=0),
        _figure(f"projecting a purchase (without segments {without.projected:.2g})", ours.projected, CPU),
        _figure("later changes by time", ours.passed, CPU),
        _figure(f"memberships and activities of both (without {without.consumed:.2g})", ours.consumed, CPU),
        _figure(f"publishing both (without {without.published:.2g})", ours.published, CPU),
        _figure("DuckDB, recomputing 20 audiences once", peer.queried, "ms"),
        _figure("comparing them with the previous ones", peer.compared, "ms"),
        _figure(f"writing one of {peer.changes:,.0f} changes per day", 1e3 * peer.written, "us"),
        Figure(
            bench=NAME,
            name="recomputing takes the CPU of our segments, every",
            value=every(segments, once, written=written),
            unit="h",
            budget=LEAST_HOURS,
            at_least=True,
        ),
        _figure("without publishing the changes, every", every(segments, peer.queried), "h"),
        _figure(
            "recomputing takes the CPU of the whole projection, every",
            every(ours.total, once, written=written),
            "h",
        ),
        _figure("a tick without customers to evaluate", ours.idle, "ms"),
        _figure(
            "with a tick every minute, every",
            every(segments, once, idle=TICKS * ours.idle, written=written),
            "h",
        ),
    ]


def _figure(name: str, value: float, unit: str, budget: float | None = None) -> Figure:
    return Figure(bench=NAME, name=name, value=value, unit=unit, budget=budget)


def _kept(purchases: Sequence[Purchase], peer: Recomputing | None) -> Costs:
    """Replay with segments, while the peer, if there is one, recomputes on some days."""
    defined = peer is not None
    oracle, compared, idle = DuckDBPeer(purchases), 0, 0.0
    differences: list[str] = []
    with on_live_stage(midnight_before(purchases), metered=False) as stage, stage.timed(publish, PUT_EVENTS):
        replay = AudienceReplay(stage, purchases, defined=defined)
        stage.cpu.clear()
        label = "days with segments" if defined else "days without"
        for number, day in enumerate(with_progress(replay.days(), label, replay.length), 1):
            before = stage.cpu[TICK]
            stage.tick()
            idle += stage.cpu[TICK] - before
            if peer and number % RECOMPUTED_EVERY == 0:
                peer.recompute(day)
            if defined and (number % COMPARED_EVERY == 0 or number == replay.length):
                differences += _differences(replay, oracle, day)
                compared += len(AUDIENCES) * replay.customers
        published = stage.cpu[PUT_EVENTS]
        per = 1e3 / len(purchases)
        return Costs(
            projected=stage.cpu[PROJECT] * per,
            passed=(stage.cpu[TICK] - 2 * idle) * per,
            consumed=(stage.cpu[PUBLISH] - published) * per,
            published=published * per,
            idle=idle * 1e3 / replay.length,
            compared=compared,
            differences=differences,
        )


def _differences(replay: AudienceReplay, oracle: DuckDBPeer, day: date) -> Iterator[str]:
    found = replay.members()
    for audience in AUDIENCES:
        for customer in sorted(found[audience.name] ^ oracle.members(audience, day)):
            yield f"{audience.name}: {customer} on {day}"


def _writing(moved: Sequence[Moved]) -> float:
    """Return seconds of CPU without those of the services in memory: the median of some rounds in large batches."""
    with on_live_stage(metered=False) as stage:
        spent = []
        for _ in range(ROUNDS):
            started = stage.own_cpu()
            write_moved(moved, stage.clock.now)
            spent.append(stage.own_cpu() - started)
    return median(spent)


def _days(purchases: Sequence[Purchase]) -> list[date]:
    first, last = (
        date.fromisoformat(choose(each.day for each in purchases)).toordinal() for choose in (min, max)
    )
    return [date.fromordinal(day) for day in range(first, last + 1)]
