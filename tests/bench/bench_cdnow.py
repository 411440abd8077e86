"""Replay the whole purchase log twice through the real handlers: exact totals first, no change the second time."""

import sys
import time

from tests.bench.figures import Figure
from tests.support.cdnow import LOG, expectations, read_purchases, shuffled
from tests.support.cdnow_replay import differences, fingerprint, items_of, replay
from tests.support.stage import on_stage

NAME = "cdnow"


def run() -> list[Figure]:
    """Count the differences to the file after each replay, and measure events per second of one core."""
    if not LOG.exists():
        sys.stderr.write(f"{NAME}: skipped, there is no {LOG}\n")
        return []
    purchases = read_purchases()
    expected = expectations(purchases)
    with on_stage() as stage:
        started = time.process_time()
        replay(stage, purchases, request=100, stream=100, label="replay by customer")
        seconds = time.process_time() - started
        units = stage.meter.reset()
        stage.meter.paused = True
        wrong = differences(stage, expected, "compare with the file")
        before = fingerprint(items_of(stage))
        replay(stage, shuffled(purchases), request=64, stream=37, label="replay shuffled")
        changed = fingerprint(items_of(stage)) != before
    for difference in wrong[:10]:
        sys.stderr.write(f"{NAME}: {difference}\n")
    purchase = "per purchase"
    return [
        Figure(bench=NAME, name=f"{len(expected):,} profiles: differences", value=len(wrong), budget=0),
        Figure(bench=NAME, name="changes by a second, shuffled replay", value=float(changed), budget=0),
        Figure(
            bench=NAME,
            name="events that a core accepts and projects",
            value=len(purchases) / seconds,
            unit="/s",
        ),
        Figure(bench=NAME, name="write units", value=units.write / len(purchases), unit=purchase),
        Figure(bench=NAME, name="read units", value=units.read / len(purchases), unit=purchase),
    ]
