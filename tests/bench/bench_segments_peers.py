"""Our CPU for keeping twenty audiences exact over the CDNOW log, beside DuckDB's for recomputing them all.

A part of the customers is replayed day by day, with segments and without; what the segments take more is scaled to all
customers, but for what a day takes whatever their number. DuckDB recomputes over all customers.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from crm.domain.times import DAY_MS, MINUTE_MS
from tests.bench.audience_replay import AudienceReplay, midnight_before, some_customers
from tests.bench.audiences import AUDIENCES
from tests.bench.cdnow import LOG, Purchase, read_purchases
from tests.bench.duckdb_peer import DuckDBPeer
from tests.bench.figures import Figure, with_progress
from tests.bench.live_stage import on_live_stage

NAME = "segments-peers"
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "400"))
COMPARED_EVERY = 67
"""Days."""
IDLE_DAYS = 20
HOURS = 24
MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Idle:
    """Seconds of CPU that a deployment without customers takes: at the first tick of a day, and at any other."""

    day: float
    tick: float


@dataclass(frozen=True, slots=True)
class Replayed:
    """Seconds of CPU of a part of the customers, what a day takes without them left out; and what differs from SQL."""

    cpu: float
    compared: int = 0
    differences: tuple[str, ...] = ()


def run() -> list[Figure]:
    """Differences, CPU of both, and how often DuckDB may recompute for the CPU that we take."""
    if not LOG.exists():
        sys.stderr.write(f"{NAME}: skipped, there is no {LOG}\n")
        return []
    purchases = read_purchases()
    part = some_customers(purchases, CUSTOMERS)
    share = len(part) / len(purchases)
    idle, idle_without = _idle(defined=True), _idle(defined=False)
    kept, without = _replayed(part, idle, defined=True), _replayed(part, idle_without, defined=False)
    for difference in kept.differences[:10]:
        sys.stderr.write(f"{NAME}: {difference}\n")
    days = _days(purchases)
    recomputed = _recomputed(purchases)
    beyond = (kept.cpu - without.cpu) / share + len(days) * (idle.day - idle_without.day)
    total = kept.cpu / share + len(days) * idle.day
    ticking = len(days) * MINUTES * idle.tick
    return [
        _figure(f"{kept.compared:,} memberships: differences", len(kept.differences), "", budget=0),
        _figure("segments, CPU per purchase", beyond / len(purchases) * 1e3, "ms"),
        _figure("projection with segments, CPU per purchase", total / len(purchases) * 1e3, "ms"),
        _figure("ticks that find nobody, one a minute, CPU a day", MINUTES * idle.tick, "s"),
        _figure("DuckDB, 20 audiences recomputed once, CPU", recomputed * 1e3, "ms"),
        _figure("recomputing costs as much as our segments, every", _hours(days, recomputed, beyond), "h"),
        _figure("as all our projection", _hours(days, recomputed, total), "h"),
        _figure("as our segments and ticks", _hours(days, recomputed, beyond + ticking), "h"),
    ]


def _figure(name: str, value: float, unit: str, budget: float | None = None) -> Figure:
    return Figure(bench=NAME, name=name, value=value, unit=unit, budget=budget)


def _hours(days: Sequence[date], recomputed: float, ours: float) -> float:
    """The interval at which recomputing over all these days takes as much CPU as ours."""
    return len(days) * HOURS * recomputed / ours


def _replayed(purchases: Sequence[Purchase], idle: Idle, *, defined: bool) -> Replayed:
    oracle, compared = DuckDBPeer(purchases), 0
    differences: list[str] = []
    with on_live_stage(midnight_before(purchases), metered=False) as stage:
        replay = AudienceReplay(stage, purchases, defined=defined)
        label = "days with segments" if defined else "days without"
        for number, day in enumerate(with_progress(replay.days(), label, replay.length), 1):
            if defined and (number % COMPARED_EVERY == 0 or number == replay.length):
                differences += _differences(replay, oracle, day)
                compared += len(AUDIENCES) * replay.customers
    cpu = (replay.purchased + replay.passed).cpu - replay.length * idle.day
    return Replayed(cpu, compared, tuple(differences))


def _differences(replay: AudienceReplay, oracle: DuckDBPeer, day: date) -> Iterator[str]:
    found = replay.members()
    for audience in AUDIENCES:
        ours = {int(customer) for customer in found[audience.name]}
        for customer in sorted(ours ^ oracle.members(audience, day)):
            yield f"{audience.name}: {customer} on {day}"


def _idle(*, defined: bool) -> Idle:
    with on_live_stage(metered=False) as stage:
        if defined:
            stage.define({audience.name: audience.condition for audience in AUDIENCES})
        cpu: dict[int, list[float]] = {DAY_MS: [], MINUTE_MS: []}
        for _ in range(IDLE_DAYS):
            for step in (DAY_MS, MINUTE_MS):
                stage.clock.now += step
                stage.spent()
                stage.tick()
                cpu[step].append(stage.spent().cpu)
    return Idle(min(cpu[DAY_MS][1:]), min(cpu[MINUTE_MS][1:]))


def _recomputed(purchases: Sequence[Purchase]) -> float:
    """Seconds of CPU for all audiences, as the mean over the log, which grows."""
    peer, days = DuckDBPeer(purchases), _days(purchases)[:: 2 * COMPARED_EVERY // 3]
    return sum(peer.recompute(day) for day in days) / len(days)


def _days(purchases: Sequence[Purchase]) -> list[date]:
    first, last = (
        date.fromisoformat(choose(each.day for each in purchases)).toordinal() for choose in (min, max)
    )
    return [date.fromordinal(day) for day in range(first, last + 1)]
