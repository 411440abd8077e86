"""Compare memberships over all customers of the purchase log with SQL over the file, at several instants."""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator

from tests.bench.figures import Figure
from tests.model.cdnow_replay import INSTANTS, Oracle, Replay, instant
from tests.model.cdnow_segments import CASES, segment_id
from tests.support.cdnow import LOG, Purchase, read_purchases
from tests.support.progress import with_progress

NAME = "segments-cdnow"
PARTS = 24
"""The customers are replayed in parts, to limit memory."""


def run() -> list[Figure]:
    """Count compared memberships and differences, over all customers, segments and instants."""
    if not LOG.exists():
        sys.stderr.write(f"{NAME}: skipped, there is no {LOG}\n")
        return []
    purchases = read_purchases()
    compared, wrong, looked_at = 0, list[str](), 0
    started = time.process_time()
    for part in with_progress(_parts(purchases), "customers replayed", PARTS):
        replay, oracle = Replay(part), Oracle(part)
        for text in INSTANTS:
            replay.advance(instant(text))
            compared += len(CASES) * len(replay.store.profiles())
            wrong += [f"{difference} at {text}" for difference in _differences(replay, oracle, text)]
        looked_at += replay.looked_at
    seconds = time.process_time() - started
    for difference in wrong[:10]:
        sys.stderr.write(f"{NAME}: {difference}\n")
    customers = len({purchase.customer for purchase in purchases})
    name = f"{customers:,} customers, {len(CASES)} segments, {len(INSTANTS)} instants"
    projected = (len(purchases) + looked_at) / seconds
    return [
        Figure(bench=NAME, name=f"{name}: differences", value=len(wrong), budget=0),
        Figure(bench=NAME, name="memberships compared", value=compared),
        Figure(
            bench=NAME,
            name="purchases and evaluations by the clock, including the comparison",
            value=projected,
            unit="/CPU s",
        ),
    ]


def _parts(purchases: list[Purchase]) -> list[list[Purchase]]:
    parts: dict[int, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        parts[int(purchase.customer) % PARTS].append(purchase)
    return list(parts.values())


def _differences(replay: Replay, oracle: Oracle, text: str) -> Iterator[str]:
    found = replay.members()
    for number, case in enumerate(CASES):
        for customer in oracle.members(case, text) ^ found[segment_id(number)]:
            yield f"{case.name}: {customer}"
