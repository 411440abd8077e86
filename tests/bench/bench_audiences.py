"""Measure the write units of a CDNOW purchase with twenty audiences: those of the purchase and those of later ticks.

The figures include all writes of both consumers of the stream.
"""

import os
import sys

from tests.bench.audience_replay import AudienceReplay, midnight_before, some_customers
from tests.bench.audiences import AUDIENCES
from tests.bench.figures import Figure
from tests.bench.live_stage import Spent, on_live_stage
from tests.support.cdnow import LOG, read_purchases
from tests.support.progress import with_progress

NAME = "audiences"
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "600"))


def run() -> list[Figure]:
    """Measure units and changes per purchase, for a part of the customers, over all days of the log."""
    if not LOG.exists():
        sys.stderr.write(f"{NAME}: skipped, there is no {LOG}\n")
        return []
    purchases = some_customers(read_purchases(), CUSTOMERS)
    with on_live_stage(midnight_before(purchases)) as stage:
        replay = AudienceReplay(stage, purchases)
        for day in with_progress(replay.days(), "days replayed", replay.length):
            replay.count(day)
    number, both = len(purchases), replay.purchased + replay.passed
    return [
        _figure("at the purchase", replay.purchased, number, budget=25),
        _figure("including later changes by time", both, number, budget=40),
        Figure(bench=NAME, name="changes of segments", value=replay.changes / number, unit="per purchase"),
        Figure(
            bench=NAME, name="customers evaluated by time", value=replay.asked / number, unit="per purchase"
        ),
        Figure(
            bench=NAME,
            name=f"counting {len(AUDIENCES)} segments once per day, for any number of customers",
            value=replay.counted.others / replay.length,
            unit="write units",
        ),
    ]


def _figure(name: str, spent: Spent, number: int, *, budget: float) -> Figure:
    return Figure(
        bench=NAME,
        name=f"{name} (floor {spent.floor / number:.3g})",
        value=spent.write / number,
        unit="write units/purchase",
        budget=budget,
    )
