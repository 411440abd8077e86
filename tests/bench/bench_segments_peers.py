"""Our CPU for keeping twenty audiences exact over the CDNOW log, beside DuckDB's for recomputing them all.

A part of the customers is replayed day by day, with segments and without; DuckDB recomputes over all.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from crm.services import publish
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
PROJECT, PUBLISH, TICK, TELL = "project_profiles", "publish_changes", "evaluate_segments", "put_events"
CPU = "ms/purchase"
HOURS = 24
TICKS = 24 * 60
"""Of a day."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Milliseconds of CPU per purchase: of its projection, of what time does afterwards, of what the stream's second
    consumer does about both, and of telling other services. `idle`: of a tick that finds nobody. `compared`:
    memberships; `differences` to SQL.
    """

    projected: float
    passed: float
    consumed: float
    told: float
    idle: float
    compared: int
    differences: Sequence[str]

    @property
    def total(self) -> float:
        """Without telling others, which recomputing does not do either."""
        return self.projected + self.passed + self.consumed


def run() -> list[Figure]:
    """Differences, CPU of both, and how often DuckDB may recompute for the CPU that we take."""
    if not LOG.exists():
        sys.stderr.write(f"{NAME}: skipped, there is no {LOG}\n")
        return []
    purchases = read_purchases()
    part = some_customers(purchases, CUSTOMERS)
    ours, without = _kept(part, defined=True), _kept(part, defined=False)
    for difference in ours.differences[:10]:
        sys.stderr.write(f"{NAME}: {difference}\n")
    recomputed = _recomputed(purchases)
    a_day = len(purchases) / len(_days(purchases))

    def every(cost: float) -> float:
        """Hours after which recomputing takes as much CPU as so many milliseconds a purchase."""
        return HOURS * recomputed / a_day / cost

    return [
        _figure(f"{ours.compared:,} memberships: differences", len(ours.differences), "", budget=0),
        _figure(f"projecting a purchase (without segments {without.projected:.2g})", ours.projected, CPU),
        _figure("what time does after it", ours.passed, CPU),
        _figure(f"memberships and activities of both (without {without.consumed:.2g})", ours.consumed, CPU),
        _figure(f"telling other services of both (without {without.told:.2g})", ours.told, CPU),
        _figure("DuckDB, 20 audiences recomputed once", recomputed, "ms"),
        _figure("recomputing takes the CPU of our segments, every", every(ours.total - without.total), "h"),
        _figure("with telling, every", every(ours.total + ours.told - without.total - without.told), "h"),
        _figure("that of all our projection, without telling, every", every(ours.total), "h"),
        _figure("a tick that finds nobody", ours.idle, "ms"),
        _figure(
            "with a tick every minute, every",
            every(ours.total - without.total + TICKS * ours.idle / a_day),
            "h",
        ),
    ]


def _figure(name: str, value: float, unit: str, budget: float | None = None) -> Figure:
    return Figure(bench=NAME, name=name, value=value, unit=unit, budget=budget)


def _kept(purchases: Sequence[Purchase], *, defined: bool) -> Kept:
    oracle, compared, idle = DuckDBPeer(purchases), 0, 0.0
    differences: list[str] = []
    with on_live_stage(midnight_before(purchases), metered=False) as stage, stage.timed(publish, TELL):
        replay = AudienceReplay(stage, purchases, defined=defined)
        stage.cpu.clear()
        label = "days with segments" if defined else "days without"
        for number, day in enumerate(with_progress(replay.days(), label, replay.length), 1):
            before = stage.cpu[TICK]
            stage.tick()
            idle += stage.cpu[TICK] - before
            if defined and (number % COMPARED_EVERY == 0 or number == replay.length):
                differences += _differences(replay, oracle, day)
                compared += len(AUDIENCES) * replay.customers
        told = stage.cpu[TELL]
        per = 1e3 / len(purchases)
        return Kept(
            projected=stage.cpu[PROJECT] * per,
            passed=(stage.cpu[TICK] - 2 * idle) * per,
            consumed=(stage.cpu[PUBLISH] - told) * per,
            told=told * per,
            idle=idle * 1e3 / replay.length,
            compared=compared,
            differences=differences,
        )


def _differences(replay: AudienceReplay, oracle: DuckDBPeer, day: date) -> Iterator[str]:
    found = replay.members()
    for audience in AUDIENCES:
        for customer in sorted(found[audience.name] ^ oracle.members(audience, day)):
            yield f"{audience.name}: {customer} on {day}"


def _recomputed(purchases: Sequence[Purchase]) -> float:
    """Milliseconds of CPU for all audiences, as the mean over the log, which grows."""
    peer, days = DuckDBPeer(purchases), _days(purchases)[:: 2 * COMPARED_EVERY // 3]
    return 1e3 * sum(peer.recompute(day) for day in days) / len(days)


def _days(purchases: Sequence[Purchase]) -> list[date]:
    first, last = (
        date.fromisoformat(choose(each.day for each in purchases)).toordinal() for choose in (min, max)
    )
    return [date.fromordinal(day) for day in range(first, last + 1)]
