"""The twenty audiences by recomputing: DuckDB over a prepared table of all purchases."""

import time
from collections.abc import Sequence
from datetime import date

import duckdb

from tests.bench.audiences import AUDIENCES, Audience
from tests.bench.cdnow import Purchase
from tests.bench.figures import median

ROUNDS = 3
CHUNK = 1000


class DuckDBPeer:
    """Purchases in the order in which they happened, in memory, on one core."""

    def __init__(self, purchases: Sequence[Purchase]) -> None:
        self._database = duckdb.connect()
        self._database.execute("SET threads = 1")
        self._database.execute(
            "CREATE TABLE purchases (customer TEXT, day DATE, items INTEGER, amount DECIMAL(12, 2))"
        )
        ordered = sorted(purchases, key=lambda purchase: purchase.day)
        for start in range(0, len(ordered), CHUNK):
            self._insert(ordered[start : start + CHUNK])

    def members(self, audience: Audience, today: date) -> set[str]:
        """Who is in an audience at the end of a day."""
        return {customer for (customer,) in self._database.execute(audience.sql(today)).fetchall()}

    def recompute(self, today: date) -> float:
        """Seconds of CPU for all audiences, each into a table of its own; the median of some rounds."""
        return median(self._round(today) for _ in range(ROUNDS))

    def _round(self, today: date) -> float:
        started = time.process_time()
        for number, audience in enumerate(AUDIENCES):
            self._database.execute(f"CREATE OR REPLACE TEMP TABLE found_{number} AS {audience.sql(today)}")
        return time.process_time() - started

    def _insert(self, purchases: Sequence[Purchase]) -> None:
        rows = [(each.customer, date.fromisoformat(each.day), each.items, each.amount) for each in purchases]
        marks = ", ".join(["(?, ?, ?, ?)"] * len(rows))
        values = [value for row in rows for value in row]
        self._database.execute(f"INSERT INTO purchases VALUES {marks}", values)  # noqa: S608
